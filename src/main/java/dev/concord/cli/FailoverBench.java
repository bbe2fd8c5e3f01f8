package dev.concord.cli;

import dev.concord.bench.Measurement;
import dev.concord.bench.Pauses;
import dev.concord.bench.Payload;
import dev.concord.bench.Target;
import dev.concord.cli.chat.HarmlessText;
import dev.concord.client.ClusterOrders;
import dev.concord.client.ClusterView;
import dev.concord.client.ProblemException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `concord bench failover`: how long a client of another node waits when the leader is killed.
@Command(
        name = "failover",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Starts three nodes in a temporary folder, posts to a follower, kills the leader with SIGKILL, and measures "
                        + "the time from the kill to the next acknowledgement. The killed node comes back and leads again; then the next.",
        footer = {"", "Example: concord bench failover --kills 20"})
final class FailoverBench implements Callable<Integer> {
    private static final int NODES = 3;
    private static final int MAX_KILLS = 1000;
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    /// Time under load between a return and the next kill.
    private static final Duration REST = Duration.ofSeconds(2);

    @Option(names = "--kills", paramLabel = "COUNT", description = "how often (default 10)")
    private int kills = 10;

    @Mixin
    private final BenchReport report = new BenchReport();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private final Class<?> application;
    private final Terminal terminal;

    FailoverBench(Class<?> application, Terminal terminal) {
        this.application = application;
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, InterruptedException, TimeoutException {
        if (kills < 1 || kills > MAX_KILLS) {
            throw new ParameterException(spec.commandLine(), "--kills takes 1 to " + MAX_KILLS);
        }
        report.check();
        List<Double> pauses = new ArrayList<>();
        Measurement measurement = new Measurement();
        try (OwnCluster cluster = OwnCluster.temporary(application, NODES)) {
            terminal.progress("starting " + NODES + " nodes");
            cluster.start();
            cluster.awaitWhole(PATIENCE);
            Pauses client = new Pauses(Target.of(cluster.url(1), ""), new Payload("bench", 200), measurement);
            Thread posting = Thread.ofPlatform().daemon().start(client);
            for (int kill = 1; kill <= kills; kill++) {
                TimeUnit.NANOSECONDS.sleep(REST.toNanos());
                pauses.add(pause(cluster, client, measurement));
                terminal.progress(kill + " of " + kills + " kills, " + BenchReport.fixed(pauses.getLast(), 0) + " ms");
            }
            measurement.stop();
            posting.join();
            terminal.endProgress();
        }
        print(pauses, measurement);
        return measurement.refusal() == null ? 0 : CommandFailedException.FAILED;
    }

    /// Kills the highest node, which leads, and has it lead again.
    private static double pause(OwnCluster cluster, Pauses client, Measurement measurement)
            throws IOException, InterruptedException, TimeoutException {
        client.reset();
        cluster.kill(NODES);
        cluster.await("another node leads", PATIENCE, view -> view.isWritable() && view.leader() != NODES);
        long acknowledged = measurement.acknowledged();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (measurement.acknowledged() < acknowledged + 2) {
            if (System.nanoTime() > deadline) {
                throw new TimeoutException("no acknowledgement after the kill: " + measurement.refusal());
            }
            TimeUnit.MILLISECONDS.sleep(1);
        }
        double millis = client.longestNanos() / 1e6;
        cluster.restart(NODES);
        ClusterView whole = cluster.awaitWhole(PATIENCE);
        if (whole.leader() != NODES) {
            try {
                ClusterOrders.transfer(cluster.api((int) whole.leader()), NODES);
            } catch (ProblemException e) {
                // it may have taken the lead by itself meanwhile, or will
            }
        }
        cluster.await("it leads again", PATIENCE, view -> view.isWritable() && view.leader() == NODES);
        return millis;
    }

    private void print(List<Double> pauses, Measurement measurement) {
        Spread spread = Spread.of(pauses);
        Columns table = new Columns("KILLS", "MEDIAN ms", "MAX ms", "ACKNOWLEDGED", "REFUSED", "EACH ms");
        table.row(
                Integer.toString(kills),
                BenchReport.fixed(spread.median(), 0),
                BenchReport.fixed(spread.max(), 0),
                BenchReport.grouped(measurement.acknowledged()),
                measurement.refusal() == null ? "0" : HarmlessText.line(measurement.refusal()),
                pauses.stream().map(ms -> BenchReport.fixed(ms, 0)).collect(Collectors.joining(" ")));
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("kills", kills);
        row.put("medianMs", BenchReport.rounded(spread.median()));
        row.put("maxMs", BenchReport.rounded(spread.max()));
        row.put("acknowledged", measurement.acknowledged());
        row.put("pausesMs", pauses.stream().map(BenchReport::rounded).toList());
        report.print(terminal, table, List.of(row));
    }
}
