package dev.concord.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `concord health`: the health check of a container, and of scripts. Without options it is [HealthProbe] alone.
@Command(
        name = "health",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Asks a node whether it is healthy, as the health check of a container does.",
        footer = {
            "",
            "liveness   the process works",
            "readiness  it has recovered its log and serves clients",
            "quorum     messages can be written",
            "leader     this node leads",
            "",
            "Exit codes: 0 healthy, 1 not healthy or no answer.",
            "",
            "Example: concord health quorum"
        })
final class HealthCommand implements Callable<Integer> {
    @Parameters(
            arity = "0..1",
            paramLabel = "GROUP",
            description = "what to ask for: liveness, readiness (the default), quorum or leader")
    private String group = HealthProbe.DEFAULT_GROUP;

    @Option(
            names = "--node",
            paramLabel = "URL",
            description = "the node; default: the one of this container or machine (CONCORD_HTTP_PORT, or 8080)")
    private @Nullable String node;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private final Terminal terminal;

    HealthCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        if (!HealthProbe.GROUPS.contains(group)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "there is no health group " + group + ": ask for one of " + String.join(", ", HealthProbe.GROUPS));
        }
        HealthProbe.Answer answer =
                node == null ? HealthProbe.askOwn(System.getenv(), group) : HealthProbe.ask(node, group);
        terminal.out().println(answer.text());
        return answer.exitCode();
    }
}
