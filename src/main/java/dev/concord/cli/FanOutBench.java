package dev.concord.cli;

import dev.concord.bench.Measurement;
import dev.concord.bench.Payload;
import dev.concord.bench.StompLoop;
import dev.concord.bench.Swarm;
import dev.concord.cli.BenchOptions.Cluster;
import dev.concord.cli.BenchOptions.Outcome;
import dev.concord.cli.chat.HarmlessText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `concord bench fanout`: many subscribers.
@Command(
        name = "fanout",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Connects subscribers to one node, sends at a fixed rate, and counts what they get and how old it is. "
                        + "Each subscriber gets every message: a rate of 40 for 1,000 subscribers is 40,000 deliveries a second.",
        footer = {"", "Example: concord bench fanout --subscribers 1000 --rate 40"})
final class FanOutBench implements Callable<Integer> {
    private static final int MAX_SUBSCRIBERS = 10_000;
    private static final int MAX_RATE = 100_000;
    private static final int WINDOW = 4096;

    @Mixin
    private final BenchOptions options = new BenchOptions();

    @Option(names = "--subscribers", paramLabel = "COUNT", description = "WebSocket subscribers (default 1000)")
    private int count = 1000;

    @Option(names = "--rate", paramLabel = "PER SECOND", split = ",", description = "messages in a second (default 40)")
    private List<Integer> rates = List.of(40);

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private final Terminal terminal;

    FanOutBench(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (count < 1 || count > MAX_SUBSCRIBERS || rates.stream().anyMatch(rate -> rate < 1 || rate > MAX_RATE)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--subscribers takes 1 to " + MAX_SUBSCRIBERS + ", and --rate 1 to " + MAX_RATE);
        }
        options.check();
        Cluster cluster = options.cluster();
        Payload payload = options.payload();
        Columns table =
                new Columns("SUBSCRIBERS", "RATE/S", "DELIVERIES/S", "P50 ms", "P99 ms", "MAX ms", "CPU µs", "GAPS");
        List<Map<String, Object>> rows = new ArrayList<>();
        String refusal = null;
        for (int rate : rates) {
            Measurement measurement = new Measurement();
            try (Swarm swarm = new Swarm(
                    cluster.follower(),
                    count,
                    measurement,
                    connected -> terminal.progress(connected + " of " + count + " subscribers"))) {
                Thread readers = Thread.ofPlatform().daemon().start(swarm);
                Outcome outcome = options.run(
                        cluster,
                        measurement,
                        List.of(StompLoop.paced(cluster.leader(), payload, WINDOW, rate, measurement)),
                        terminal,
                        rate + "/s to " + count + " subscribers",
                        swarm::open);
                Swarm.Delivered delivered = swarm.delivered();
                readers.join();
                add(table, rows, rate, outcome, delivered);
            }
            refusal = refusal == null ? measurement.refusal() : refusal;
        }
        options.print(terminal, table, rows);
        if (refusal != null) {
            throw new CommandFailedException(
                    CommandFailedException.FAILED, "the run was disturbed: " + HarmlessText.line(refusal));
        }
        return 0;
    }

    private void add(
            Columns table, List<Map<String, Object>> rows, int rate, Outcome outcome, Swarm.Delivered delivered) {
        double perSecond = delivered.count() * 1e9 / outcome.window().nanos();
        double cpuMicros = delivered.count() == 0 ? 0 : outcome.cpuNanos() / 1e3 / delivered.count();
        Histogram micros = delivered.micros();
        table.row(
                BenchReport.grouped(count),
                BenchReport.grouped(rate),
                BenchReport.grouped(perSecond),
                BenchReport.fixed(micros.getValueAtPercentile(50) / 1e3, 2),
                BenchReport.fixed(micros.getValueAtPercentile(99) / 1e3, 2),
                BenchReport.fixed(micros.getMaxValue() / 1e3, 2),
                BenchReport.fixed(cpuMicros, 2),
                BenchReport.grouped(delivered.gaps()));
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("subscribers", count);
        row.put("ratePerSecond", rate);
        row.put("deliveriesPerSecond", Math.round(perSecond));
        row.put("p50Ms", BenchReport.rounded(micros.getValueAtPercentile(50) / 1e3));
        row.put("p99Ms", BenchReport.rounded(micros.getValueAtPercentile(99) / 1e3));
        row.put("maxMs", BenchReport.rounded(micros.getMaxValue() / 1e3));
        row.put("cpuMicrosPerDelivery", BenchReport.rounded(cpuMicros));
        row.put("notCounted", outcome.notCounted());
        row.put("gaps", delivered.gaps());
        rows.add(row);
    }
}
