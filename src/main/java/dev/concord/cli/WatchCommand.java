package dev.concord.cli;

import dev.concord.client.ClusterEvents;
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

/// `concord watch`: the cluster as it is, and then everything that happens to it.
@Command(
        name = "watch",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Shows the cluster, and then each change of role, view and term as the nodes tell it, "
                + "until Ctrl-C, or until the cluster is healthy.",
        footer = {
            "",
            "Exit codes: 0 healthy (--exit-when-healthy); at the end of --timeout as status: 1 degraded,",
            "2 no quorum, 3 no node reachable.",
            "",
            "Examples:",
            "  concord watch",
            "  concord watch --exit-when-healthy --timeout 60 && ./deploy",
            "  concord watch -o json | jq -r .action"
        })
final class WatchCommand implements Callable<Integer> {
    private static final long POLL_NANOS = 1_000_000_000;

    @Mixin
    private final NodesOption nodes = new NodesOption();

    @Option(names = "-o", paramLabel = "FORMAT", description = "table (the default) or json, one event a line")
    private OutputFormat format = OutputFormat.TABLE;

    @Option(names = "--exit-when-healthy", description = "end as soon as every node is there and level")
    private boolean exitWhenHealthy;

    @Option(names = "--timeout", paramLabel = "SECONDS", description = "end after this time (default: never)")
    private @Nullable Integer timeoutSeconds;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private final Terminal terminal;

    WatchCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        OutputFormat printed = format.only(spec.commandLine(), OutputFormat.TABLE, OutputFormat.JSON);
        Integer seconds = timeoutSeconds;
        if (seconds != null && seconds < 1) {
            throw new ParameterException(spec.commandLine(), "--timeout takes seconds, 1 or more");
        }
        long deadline = seconds == null ? Long.MAX_VALUE : System.nanoTime() + seconds * 1_000_000_000L;
        EventPrinter printer = new EventPrinter(terminal, printed == OutputFormat.JSON);
        try (ClusterEvents events = new ClusterEvents(printer)) {
            return watch(printer, events, deadline);
        }
    }

    private int watch(EventPrinter printer, ClusterEvents events, long deadline) {
        boolean everSeen = false;
        while (true) {
            ClusterSurvey survey = ClusterSurvey.of(nodes.nodes());
            Optional<ClusterView> view = survey.best();
            if (view.isEmpty() && !everSeen && !exitWhenHealthy) {
                throw unreachable(survey.failures());
            }
            everSeen |= view.isPresent();
            view.ifPresent(seen -> {
                printer.seen(seen);
                seen.members().stream()
                        .filter(member -> !member.url().isEmpty())
                        .forEach(member -> events.follow(nodes.node(member.url())));
            });
            if (view.isEmpty()) {
                printer.nobody(nodes.text());
            }
            boolean over = System.nanoTime() - deadline > 0 && deadline != Long.MAX_VALUE;
            if (exitWhenHealthy
                    && view.filter(seen -> ClusterHealth.of(seen) == ClusterHealth.HEALTHY)
                            .isPresent()) {
                return 0;
            }
            if (over || terminal.out().checkError()) {
                return view.map(seen -> ClusterHealth.of(seen).exitCode()).orElse(CommandFailedException.UNREACHABLE);
            }
            LockSupport.parkNanos(this, POLL_NANOS);
        }
    }

    private CommandFailedException unreachable(Map<String, String> failures) {
        return CommandFailedException.unreachable(
                nodes.text(), failures.values().iterator().next());
    }
}
