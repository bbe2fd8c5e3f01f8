package dev.concord.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/// Runs whole clusters from many seeds. `-Dsimulation.seeds=100000` runs more of them, `-Dsimulation.seed=N` runs one
/// and writes down everything that happens in it.
class SimulationTests {
    private static final Path TRACES = Path.of("target", "simulation");
    private static final long SAID_EVERY = 10_000;
    private static final ThreadMXBean CPU = ManagementFactory.getThreadMXBean();

    @Test
    void everyInvariantHoldsForEverySeed() {
        Long only = Long.getLong("simulation.seed");
        if (only != null) {
            replay(only);
            return;
        }
        long first = Long.getLong("simulation.first", 1);
        long count = Long.getLong("simulation.seeds", 1000);
        Counters total = new Counters();
        List<String> failures = new ArrayList<>();
        long start = System.nanoTime();
        LongStream.range(first, first + count).parallel().forEach(seed -> {
            try {
                Counters counters = run(seed);
                synchronized (total) {
                    total.add(counters);
                    sayHowFar(total.schedules, start);
                }
            } catch (AssertionError e) { // the others go on: a soak is to name every seed that fails
                synchronized (total) {
                    failures.add(e.getMessage());
                    System.out.println(e.getMessage());
                }
            }
        });
        System.out.println(total.report(System.nanoTime() - start));
        System.out.println(RuleTable.of(total));
        assertThat(failures).as("failing seeds").isEmpty();
        if (total.schedules >= RuleTable.ENOUGH_SCHEDULES) {
            assertThat(RuleTable.neverMet(total)).as("what no schedule met").isEmpty();
        }
    }

    /// A soak takes hours; somebody may want to know where it is.
    private static void sayHowFar(long schedules, long start) {
        if (schedules % SAID_EVERY == 0) {
            System.out.printf("%,d schedules after %,d s%n", schedules, (System.nanoTime() - start) / 1_000_000_000);
        }
    }

    @Test
    void equalSeedsRunEqually() {
        for (long seed = 1; seed <= 10; seed++) {
            assertThat(traceHash(seed)).as("trace of seed %d", seed).isEqualTo(traceHash(seed));
        }
    }

    private static Counters run(long seed) {
        try {
            long start = CPU.getCurrentThreadCpuTime();
            Counters counters = new Run(seed).execute();
            counters.cpuNanos = CPU.getCurrentThreadCpuTime() - start;
            return counters;
        } catch (RuntimeException | AssertionError e) {
            Path trace = record(seed);
            throw new AssertionError(
                    "seed " + seed + " fails: " + e.getMessage() + System.lineSeparator() + "  what happened: " + trace
                            + System.lineSeparator() + "  replay: ./mvnw test -Dtest=SimulationTests -Dsimulation.seed="
                            + seed,
                    e);
        }
    }

    /// Runs a seed once more, with words.
    private static Path record(long seed) {
        Path file = TRACES.resolve("seed-" + seed + ".txt");
        try {
            Files.createDirectories(TRACES);
            try (PrintWriter out = new PrintWriter(Files.newBufferedWriter(file))) {
                Run run = new Run(seed);
                run.simulation().trace().to(out::println);
                out.println(run.simulation().conditions());
                try {
                    run.execute();
                } catch (RuntimeException | AssertionError e) {
                    out.println(e);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file;
    }

    private static void replay(long seed) {
        System.out.println(run(seed).report(1));
        System.out.println("seed " + seed + " holds; what happened: " + record(seed));
    }

    private static long traceHash(long seed) {
        Run run = new Run(seed);
        run.simulation().trace().hash();
        run.execute();
        return run.simulation().trace().hashValue();
    }
}
