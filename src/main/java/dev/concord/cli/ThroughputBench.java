package dev.concord.cli;

import dev.concord.bench.BulkLoop;
import dev.concord.bench.Measurement;
import dev.concord.bench.Payload;
import dev.concord.bench.RestLoop;
import dev.concord.bench.StompLoop;
import dev.concord.bench.Target;
import dev.concord.cli.BenchOptions.Cluster;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `concord bench throughput`: closed loops.
@Command(
        name = "throughput",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Keeps a number of messages in flight, and counts those acknowledged: on the disks of a majority. "
                        + "rest: a connection for each message in flight, over all nodes. bulk (NDJSON) and stomp: one connection.",
        footer = {"", "Example: concord bench throughput --mode rest --in-flight 64 --seconds 20"})
final class ThroughputBench implements Callable<Integer> {
    private static final int MAX_IN_FLIGHT = 4096;

    /// How messages are submitted.
    enum Mode {
        REST,
        BULK,
        STOMP
    }

    /// Where one connection goes to.
    enum Place {
        LEADER,
        FOLLOWER
    }

    @Mixin
    private final BenchOptions options = new BenchOptions();

    @Option(names = "--mode", paramLabel = "MODE", split = ",", description = "rest, bulk, stomp (default: all)")
    private List<Mode> modes = List.of(Mode.values());

    @Option(
            names = "--in-flight",
            paramLabel = "COUNT",
            split = ",",
            description = "messages in flight, 1 to 4096 (default 1,64,1024)")
    private List<Integer> windows = List.of(1, 64, 1024);

    @Option(names = "--to", paramLabel = "NODE", description = "leader (the default) or follower, for bulk and stomp")
    private Place place = Place.LEADER;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private final Terminal terminal;

    ThroughputBench(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (windows.stream().anyMatch(window -> window < 1 || window > MAX_IN_FLIGHT)) {
            throw new ParameterException(spec.commandLine(), "--in-flight takes 1 to " + MAX_IN_FLIGHT);
        }
        options.check();
        Cluster cluster = options.cluster();
        Payload payload = options.payload();
        MessageRows rows = new MessageRows("IN FLIGHT", "inFlight");
        for (Mode mode : modes) {
            for (int window : windows) {
                Measurement measurement = new Measurement();
                String name = mode.name().toLowerCase(Locale.ROOT);
                List<Runnable> workers = workers(mode, window, cluster, payload, measurement);
                String what = name + ", " + window + " in flight";
                rows.add(name, window, options.run(cluster, measurement, workers, terminal, what), measurement);
            }
        }
        return rows.print(options, terminal);
    }

    private List<Runnable> workers(Mode mode, int window, Cluster cluster, Payload payload, Measurement measurement) {
        Target one = place == Place.LEADER ? cluster.leader() : cluster.follower();
        return switch (mode) {
            case REST -> {
                List<Runnable> loops = new ArrayList<>();
                for (int i = 0; i < window; i++) {
                    Target target = window == 1
                            ? one
                            : cluster.all().get(i % cluster.all().size());
                    loops.add(new RestLoop(target, payload, measurement));
                }
                yield loops;
            }
            case BULK -> List.of(new BulkLoop(one, payload, window, measurement));
            case STOMP -> List.of(StompLoop.closed(one, payload, window, measurement));
        };
    }
}
