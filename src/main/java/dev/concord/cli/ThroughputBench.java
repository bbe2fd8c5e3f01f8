package dev.concord.cli;

import dev.concord.bench.BulkLoop;
import dev.concord.bench.Measurement;
import dev.concord.bench.Payload;
import dev.concord.bench.RestLoop;
import dev.concord.bench.StompLoop;
import dev.concord.bench.Target;
import dev.concord.cli.BenchOptions.Cluster;
import dev.concord.cli.BenchOptions.Outcome;
import dev.concord.cli.chat.HarmlessText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
        description = {
            "Keeps a number of messages in flight, and counts those acknowledged: on the disks of a majority.",
            "rest: a connection for each message in flight, over all nodes. bulk (NDJSON) and stomp: one connection."
        },
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
        options.checkLengths();
        Cluster cluster = options.cluster();
        Payload payload = options.payload();
        Columns table = new Columns(
                "MODE", "IN FLIGHT", "ACKNOWLEDGED/S", "P50 ms", "P99 ms", "P99.9 ms", "MAX ms", "CPU µs", "REFUSED");
        List<Map<String, Object>> rows = new ArrayList<>();
        String refusal = null;
        for (Mode mode : modes) {
            for (int window : windows) {
                Measurement measurement = new Measurement();
                String name = mode.name().toLowerCase(Locale.ROOT);
                Outcome outcome = options.run(
                        cluster,
                        measurement,
                        workers(mode, window, cluster, payload, measurement),
                        terminal,
                        name + ", " + window + " in flight");
                add(table, rows, name, window, outcome);
                refusal = refusal == null ? measurement.refusal() : refusal;
            }
        }
        options.print(terminal, table, rows);
        if (refusal != null) {
            throw new CommandFailedException(
                    CommandFailedException.FAILED, "not everything was acknowledged: " + HarmlessText.line(refusal));
        }
        return 0;
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

    private static void add(Columns table, List<Map<String, Object>> rows, String mode, int window, Outcome outcome) {
        Measurement.Window result = outcome.window();
        table.row(
                mode,
                Integer.toString(window),
                BenchOptions.grouped(result.rate()),
                BenchOptions.fixed(result.millis(50), 2),
                BenchOptions.fixed(result.millis(99), 2),
                BenchOptions.fixed(result.millis(99.9), 2),
                BenchOptions.fixed(result.maxMillis(), 2),
                BenchOptions.fixed(outcome.cpuMicros(), 1),
                BenchOptions.grouped(result.refused()));
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("mode", mode);
        row.put("inFlight", window);
        row.put("acknowledgedPerSecond", Math.round(result.rate()));
        row.putAll(times(result));
        row.put("cpuMicrosPerMessage", BenchOptions.rounded(outcome.cpuMicros()));
        row.put("refused", result.refused());
        rows.add(row);
    }

    static Map<String, Object> times(Measurement.Window result) {
        Map<String, Object> times = new LinkedHashMap<>();
        times.put("p50Ms", BenchOptions.rounded(result.millis(50)));
        times.put("p99Ms", BenchOptions.rounded(result.millis(99)));
        times.put("p999Ms", BenchOptions.rounded(result.millis(99.9)));
        times.put("maxMs", BenchOptions.rounded(result.maxMillis()));
        return times;
    }
}
