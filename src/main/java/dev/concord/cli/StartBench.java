package dev.concord.cli;

import dev.concord.bench.BulkLoop;
import dev.concord.bench.FirstAcknowledgement;
import dev.concord.bench.Measurement;
import dev.concord.bench.Payload;
import dev.concord.bench.Target;
import dev.concord.cli.chat.HarmlessText;
import dev.concord.client.ClusterView;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `concord bench start`: start-up time and memory, with and without a history.
@Command(
        name = "start",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Starts three nodes in a temporary folder again and again, and measures the time from the start of their "
                        + "processes to the first acknowledgement, the processor time of all three for it, and the memory of a "
                        + "node, idle and after load.",
        footer = {
            "",
            "Ten million messages of 200 bytes take about 4 GB for each of the three nodes.",
            "",
            "Example: concord bench start --messages 0,1000000"
        })
final class StartBench implements Callable<Integer> {
    private static final int NODES = 3;
    private static final int WINDOW = 1024;
    private static final int MAX_MESSAGES = 100_000_000;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @Option(
            names = "--messages",
            paramLabel = "COUNT",
            split = ",",
            description = "messages of history, ascending (default 0,1000000)")
    private List<Integer> histories = List.of(0, 1_000_000);

    @Option(names = "--runs", paramLabel = "COUNT", description = "starts for each history (default 3)")
    private int runs = 3;

    @Option(
            names = "--idle",
            paramLabel = "SECONDS",
            description = "rest before the memory of idle nodes is read (default 10)")
    private int idleSeconds = 10;

    @Mixin
    private final BenchReport report = new BenchReport();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private final Class<?> application;
    private final Terminal terminal;

    StartBench(Class<?> application, Terminal terminal) {
        this.application = application;
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, InterruptedException, TimeoutException {
        if (runs < 1 || runs > 100 || histories.stream().anyMatch(count -> count < 0 || count > MAX_MESSAGES)) {
            throw new ParameterException(
                    spec.commandLine(), "--runs takes 1 to 100, and --messages 0 to " + MAX_MESSAGES);
        }
        if (idleSeconds < 0 || idleSeconds > 3600) {
            throw new ParameterException(spec.commandLine(), "--idle takes 0 to 3600");
        }
        report.check();
        Columns table = new Columns("HISTORY", "MEDIAN s", "MIN s", "MAX s", "CPU s", "IDLE MB", "LOADED MB");
        List<Map<String, Object>> rows = new ArrayList<>();
        try (OwnCluster cluster = OwnCluster.temporary(application, NODES)) {
            long written = 0;
            for (int history : histories.stream().sorted().toList()) {
                List<Double> times = new ArrayList<>();
                List<Double> cpu = new ArrayList<>();
                long loaded = -1;
                if (written < history) {
                    cluster.start();
                    cluster.awaitWhole(PATIENCE);
                    written += fill(cluster, history - written);
                    loaded = residentBytes(cluster);
                    cluster.stop();
                }
                long idle = -1;
                for (int run = 1; run <= runs; run++) {
                    terminal.progress(BenchReport.grouped(history) + " messages, start " + run + " of " + runs);
                    times.add(start(cluster));
                    cpu.add(cluster.cpuSeconds());
                    written++;
                    if (run == runs) {
                        TimeUnit.NANOSECONDS.sleep(
                                Duration.ofSeconds(idleSeconds).toNanos());
                        idle = residentBytes(cluster);
                    }
                    cluster.stop();
                }
                add(table, rows, history, times, cpu, idle, loaded);
            }
            terminal.endProgress();
        }
        report.print(terminal, table, rows);
        return 0;
    }

    /// @return seconds from the start to the first acknowledgement
    private static double start(OwnCluster cluster) throws IOException, InterruptedException, TimeoutException {
        long begin = System.nanoTime();
        cluster.start();
        List<Target> nodes = IntStream.rangeClosed(1, NODES)
                .mapToObj(id -> Target.of(cluster.url(id), ""))
                .toList();
        FirstAcknowledgement.await(nodes, new Payload("bench", 200), PATIENCE);
        return (System.nanoTime() - begin) / 1e9;
    }

    /// Writes messages to the leader, as fast as it takes them.
    private long fill(OwnCluster cluster, long count) throws InterruptedException, TimeoutException {
        ClusterView view = cluster.await("there is a leader", PATIENCE, ClusterView::isWritable);
        Measurement measurement = new Measurement();
        Target leader = Target.of(cluster.url((int) view.leader()), "");
        Thread load = Thread.ofPlatform()
                .daemon()
                .start(new BulkLoop(leader, new Payload("bench", 200), WINDOW, measurement));
        while (measurement.acknowledged() < count && load.isAlive()) {
            TimeUnit.MILLISECONDS.sleep(200);
            terminal.progress(BenchReport.grouped(measurement.acknowledged()) + " of " + BenchReport.grouped(count)
                    + " messages of history");
        }
        measurement.stop();
        load.join();
        String refusal = measurement.refusal();
        if (refusal != null) {
            throw new CommandFailedException(
                    CommandFailedException.FAILED, "the history was not taken: " + HarmlessText.line(refusal));
        }
        return measurement.acknowledged();
    }

    private static long residentBytes(OwnCluster cluster) {
        return IntStream.rangeClosed(1, NODES)
                .mapToLong(cluster::residentBytes)
                .max()
                .orElse(-1);
    }

    private static void add(
            Columns table,
            List<Map<String, Object>> rows,
            int history,
            List<Double> times,
            List<Double> cpu,
            long idle,
            long loaded) {
        Spread spread = Spread.of(times);
        table.row(
                BenchReport.grouped(history),
                BenchReport.fixed(spread.median(), 2),
                BenchReport.fixed(spread.min(), 2),
                BenchReport.fixed(spread.max(), 2),
                BenchReport.fixed(Spread.of(cpu).median(), 2),
                BenchReport.megabytes(idle),
                BenchReport.megabytes(loaded));
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("messages", history);
        row.put("medianSeconds", BenchReport.rounded(spread.median()));
        row.put("minSeconds", BenchReport.rounded(spread.min()));
        row.put("maxSeconds", BenchReport.rounded(spread.max()));
        row.put("cpuSeconds", BenchReport.rounded(Spread.of(cpu).median()));
        row.put("idleBytes", idle);
        row.put("loadedBytes", loaded);
        rows.add(row);
    }
}
