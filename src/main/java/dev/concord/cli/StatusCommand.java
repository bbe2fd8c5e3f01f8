package dev.concord.cli;

import dev.concord.client.ClusterSurvey;
import dev.concord.client.ClusterView;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `concord status`: who leads, how far everybody is, and how much more may fail.
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Shows the nodes of the cluster, who leads, and how many more may fail.",
        footer = {
            "",
            "Exit codes: 0 healthy, 1 degraded, 2 no quorum, 3 no node reachable; with --exit-when-healthy",
            "0, or at the end of --timeout what the cluster is by then.",
            "",
            "Examples:",
            "  concord status -o json | jq .leader",
            "  concord status --exit-when-healthy --timeout 60 && ./deploy"
        })
final class StatusCommand implements Callable<Integer> {
    private static final long POLL_NANOS = 1_000_000_000;

    @Mixin
    private final NodesOption nodes = new NodesOption();

    @Option(names = "-o", paramLabel = "FORMAT", description = "table (the default) or json")
    private OutputFormat format = OutputFormat.TABLE;

    @Option(
            names = "--exit-when-healthy",
            description = "ask every second until every node is there and level, then show it")
    private boolean exitWhenHealthy;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description = "with --exit-when-healthy: show it after this time as it is (default: never)")
    private @Nullable Integer timeoutSeconds;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private final Terminal terminal;

    StatusCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        checkTimeout();
        OutputFormat printed = format.only(spec.commandLine(), OutputFormat.TABLE, OutputFormat.JSON);
        ClusterSurvey survey = exitWhenHealthy ? whenHealthy(deadline()) : ask();
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

    private void checkTimeout() {
        Integer seconds = timeoutSeconds;
        if (seconds != null && seconds < 1) {
            throw new ParameterException(spec.commandLine(), "--timeout takes seconds, 1 or more");
        }
        if (seconds != null && !exitWhenHealthy) {
            throw new ParameterException(spec.commandLine(), "--timeout belongs to --exit-when-healthy");
        }
    }

    private long deadline() {
        Integer seconds = timeoutSeconds;
        return seconds == null ? Long.MAX_VALUE : System.nanoTime() + seconds * 1_000_000_000L;
    }

    private ClusterSurvey ask() {
        return ClusterSurvey.of(nodes.nodes());
    }

    /// Asks until the cluster is healthy or time is over, and tells meanwhile what it waits for.
    private ClusterSurvey whenHealthy(long deadline) {
        String told = "";
        while (true) {
            ClusterSurvey survey = ask();
            Optional<ClusterView> view = survey.best();
            boolean healthy = view.filter(seen -> ClusterHealth.of(seen) == ClusterHealth.HEALTHY)
                    .isPresent();
            boolean over = deadline != Long.MAX_VALUE && System.nanoTime() - deadline > 0;
            if (healthy || over || terminal.out().checkError()) {
                return survey;
            }
            String state = view.map(seen -> ClusterHealth.of(seen).sentence(seen))
                    .orElse("no node answers at " + nodes.text());
            if (!state.equals(told)) {
                terminal.err().println("concord: waiting: " + state);
                told = state;
            }
            LockSupport.parkNanos(this, POLL_NANOS);
        }
    }
}
