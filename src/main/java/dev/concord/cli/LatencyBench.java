package dev.concord.cli;

import dev.concord.bench.Measurement;
import dev.concord.bench.PacedRest;
import dev.concord.bench.Payload;
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

/// `concord bench latency`: open loop.
@Command(
        name = "latency",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Sends at a fixed rate to a follower, and tells how long acknowledgements take. "
                + "A message's time counts from when it was due, so a server that stalls cannot hide it.",
        footer = {"", "Example: concord bench latency --rate 500 --seconds 60"})
final class LatencyBench implements Callable<Integer> {
    private static final int MAX_RATE = 1_000_000;
    private static final int WINDOW = 4096;
    private static final int CONNECTIONS = 32;

    private enum Mode {
        REST,
        STOMP
    }

    @Mixin
    private final BenchOptions options = new BenchOptions();

    @Option(names = "--rate", paramLabel = "PER SECOND", description = "messages in a second (default 500)")
    private int rate = 500;

    @Option(names = "--mode", paramLabel = "MODE", split = ",", description = "rest, stomp (default: both)")
    private List<Mode> modes = List.of(Mode.STOMP, Mode.REST);

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private final Terminal terminal;

    LatencyBench(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (rate < 1 || rate > MAX_RATE) {
            throw new ParameterException(spec.commandLine(), "--rate takes 1 to " + MAX_RATE);
        }
        options.check();
        Cluster cluster = options.cluster();
        Payload payload = options.payload();
        MessageRows rows = new MessageRows("RATE/S", "ratePerSecond");
        for (Mode mode : modes) {
            Measurement measurement = new Measurement();
            String name = mode.name().toLowerCase(Locale.ROOT);
            List<Runnable> workers = workers(mode, cluster.follower(), payload, measurement);
            String what = name + " at " + rate + "/s";
            rows.add(name, rate, options.run(cluster, measurement, workers, terminal, what), measurement);
        }
        return rows.print(options, terminal);
    }

    private List<Runnable> workers(Mode mode, Target target, Payload payload, Measurement measurement) {
        if (mode == Mode.STOMP) {
            return List.of(StompLoop.paced(target, payload, WINDOW, rate, measurement));
        }
        PacedRest.Schedule schedule = new PacedRest.Schedule(rate);
        List<Runnable> loops = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            loops.add(new PacedRest(target, payload, schedule, measurement));
        }
        return loops;
    }
}
