package dev.concord.cli;

import dev.concord.bench.Measurement;
import dev.concord.bench.Payload;
import dev.concord.bench.ServerCosts;
import dev.concord.bench.Target;
import dev.concord.client.ClusterView;
import dev.concord.client.ClusterView.MemberView;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// What all benchmarks of a running cluster have in common: whom they load, for how long, and how they report.
final class BenchOptions {
    @Mixin
    private final NodesOption nodes = new NodesOption();

    @Option(names = "--seconds", paramLabel = "SECONDS", description = "length of each measurement (default 10)")
    private int seconds = 10;

    @Option(names = "--warm-up", paramLabel = "SECONDS", description = "load before each measurement (default 5)")
    private int warmUpSeconds = 5;

    @Option(names = "--size", paramLabel = "BYTES", description = "bytes of each text, 24 to 16384 (default 200)")
    private int textBytes = 200;

    @Option(names = "--room", paramLabel = "ROOM", description = "room for the messages, which stay (default bench)")
    private String room = "bench";

    @Mixin
    private final BenchReport report = new BenchReport();

    private final Set<String> notCounted = new TreeSet<>();

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec = CommandSpec.create();

    /// The cluster that is loaded.
    ///
    /// @param all its nodes that are up
    /// @param down those that are not, as host and port
    /// @param leader the node that leads
    /// @param follower one that does not; the leader, if there is no other
    record Cluster(List<Target> all, List<String> down, Target leader, Target follower) {
        ServerCosts costs() {
            return new ServerCosts(all);
        }
    }

    Cluster cluster() {
        ClusterView view = nodes.cluster();
        List<Target> all = new ArrayList<>();
        List<String> down = new ArrayList<>();
        Target leader = null;
        Target follower = null;
        for (MemberView member : view.members()) {
            Target target = target(member.url());
            if (!member.isAlive()) {
                down.add(target.authority());
                continue;
            }
            all.add(target);
            if (member.id() == view.leader()) {
                leader = target;
            } else if (follower == null) {
                follower = target;
            }
        }
        if (leader == null) {
            throw new CommandFailedException(
                    CommandFailedException.FAILED, "nobody leads now: see concord status, and try again.");
        }
        return new Cluster(all, down, leader, follower == null ? leader : follower);
    }

    private Target target(String url) {
        try {
            return nodes.target(url);
        } catch (IllegalArgumentException e) {
            throw new CommandFailedException(CommandFailedException.FAILED, e.getMessage() + ".");
        }
    }

    Payload payload() {
        try {
            return new Payload(room, textBytes);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--size: " + e.getMessage(), e);
        }
    }

    /// What a run gave.
    ///
    /// @param cpuNanos of all servers together that told it
    /// @param notCounted the others, as host and port
    record Outcome(Measurement.Window window, long cpuNanos, List<String> notCounted) {
        Outcome {
            notCounted = List.copyOf(notCounted);
        }

        double cpuMicros() {
            return window.acknowledged() == 0 ? 0 : cpuNanos / 1e3 / window.acknowledged();
        }
    }

    Outcome run(Cluster cluster, Measurement measurement, List<Runnable> workers, Terminal terminal, String what)
            throws IOException, InterruptedException {
        return run(cluster, measurement, workers, terminal, what, () -> {});
    }

    /// Runs workers until the window is over, and tells how far it is.
    ///
    /// @param opened called when the window begins
    Outcome run(
            Cluster cluster,
            Measurement measurement,
            List<Runnable> workers,
            Terminal terminal,
            String what,
            Runnable opened)
            throws IOException, InterruptedException {
        List<Thread> threads = new ArrayList<>();
        workers.forEach(worker -> threads.add(Thread.ofPlatform().daemon().start(worker)));
        try {
            wait(measurement, warmUpSeconds, terminal, what + ", warming up");
            Map<Target, Long> cpuBefore = cluster.costs().cpuNanos();
            measurement.open();
            opened.run();
            wait(measurement, seconds, terminal, what);
            Measurement.Window window = measurement.close();
            Map<Target, Long> cpuAfter = cluster.costs().cpuNanos();
            List<String> silent = notCounted(cluster, cpuBefore, cpuAfter);
            notCounted.addAll(silent);
            return new Outcome(window, ServerCosts.between(cpuBefore, cpuAfter), silent);
        } finally {
            measurement.stop();
            terminal.endProgress();
            for (Thread thread : threads) {
                thread.join(TimeUnit.SECONDS.toMillis(10));
            }
        }
    }

    private static List<String> notCounted(Cluster cluster, Map<Target, Long> before, Map<Target, Long> after) {
        List<String> silent = new ArrayList<>(cluster.down());
        for (Target node : cluster.all()) {
            if (!before.containsKey(node) || !after.containsKey(node)) {
                silent.add(node.authority());
            }
        }
        return silent;
    }

    private static void wait(Measurement measurement, int seconds, Terminal terminal, String what)
            throws InterruptedException {
        long before = measurement.acknowledged();
        for (int second = 1; second <= seconds; second++) {
            TimeUnit.SECONDS.sleep(1);
            long now = measurement.acknowledged();
            terminal.progress(
                    what + ": " + second + " of " + seconds + " s, " + BenchReport.grouped(now - before) + "/s");
            before = now;
        }
    }

    /// Refuses what does not suit, before anything is measured.
    void check() {
        report.check();
        if (seconds < 1 || seconds > 3600 || warmUpSeconds < 0 || warmUpSeconds > 3600) {
            throw new ParameterException(spec.commandLine(), "--seconds takes 1 to 3600, and --warm-up 0 to 3600");
        }
    }

    /// Prints rows as this measurement is asked to, and for people which nodes are not in them.
    void print(Terminal terminal, Columns table, List<Map<String, Object>> rows) {
        String silent = String.join(", ", notCounted);
        report.print(
                terminal, table, rows, silent.isEmpty() ? "" : "Not counted, because they do not answer: " + silent);
    }
}
