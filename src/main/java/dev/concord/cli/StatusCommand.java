package dev.concord.cli;

import dev.concord.client.ClusterSurvey;
import dev.concord.client.ClusterView;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `concord status`: who leads, how far everybody is, and how much more may fail.
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Shows the nodes of the cluster, who leads, and how many more may fail.",
        footer = {
            "",
            "Exit codes: 0 healthy, 1 degraded, 2 no quorum, 3 no node reachable.",
            "",
            "Example: concord status -o json | jq .leader"
        })
final class StatusCommand implements Callable<Integer> {
    @Mixin
    private final NodesOption nodes = new NodesOption();

    @Option(names = "-o", paramLabel = "FORMAT", description = "table (the default) or json")
    private OutputFormat format = OutputFormat.TABLE;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private final Terminal terminal;

    StatusCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        OutputFormat printed = format.only(spec.commandLine(), OutputFormat.TABLE, OutputFormat.JSON);
        ClusterSurvey survey = ClusterSurvey.of(nodes.nodes());
        Map<String, String> failures = survey.failures();
        ClusterView view = survey.best()
                .orElseThrow(() -> CommandFailedException.unreachable(
                        nodes.text(), failures.values().iterator().next()));
        if (printed == OutputFormat.JSON) {
            terminal.out().println(view.json());
        } else {
            terminal.out().print(new StatusTable(terminal.hasColours()).render(view));
            terminal.out().flush();
        }
        return ClusterHealth.of(view).exitCode();
    }
}
