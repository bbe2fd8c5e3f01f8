package dev.concord.simulation;

import dev.concord.node.Event;
import dev.concord.protocol.Levels;
import dev.concord.protocol.LogSnapshot;
import java.util.SplittableRandom;

/// Retention at work (C5). In a part of the runs each machine removes the beginning of its log now and then, as much of
/// it as its node allows and as its own taste says, so that the logs begin at different places; and a snapshot may rot.
final class Retentions {
    private static final long LONGEST_PAUSE_NANOS = 1_500_000_000L;
    /// Entries between two places where a log may begin, as if segments ended there.
    private static final int SEGMENT_ENTRIES = 8;

    private final Simulation simulation;
    private final SplittableRandom random;

    Retentions(Simulation simulation, long seed) {
        this.simulation = simulation;
        this.random = new SplittableRandom(seed ^ 0x5245_5441_494eL);
    }

    /// Whether this run is one with retention.
    boolean isOn() {
        return random.split().nextInt(2) == 0 && simulation.settings().dedupWindow() < 1_000;
    }

    void start() {
        for (SimulatedProcess process : simulation.processes()) {
            later(process);
        }
    }

    private void later(SimulatedProcess process) {
        simulation.agenda().after(random.nextLong(LONGEST_PAUSE_NANOS), () -> {
            trim(process);
            later(process);
        });
    }

    private void trim(SimulatedProcess process) {
        boolean mayTrim = process.isUp()
                && !process.isPaused()
                && process.node().levels(process.now()).committed() >= Levels.RETENTION;
        if (!mayTrim) {
            return;
        }
        long limit = process.disk.indexOfSeq(simulation.mutation().removableSeq(process));
        limit = Math.min(limit, process.disk.durableIndex()) / SEGMENT_ENTRIES * SEGMENT_ENTRIES;
        if (limit > process.disk.start().index()) {
            LogSnapshot snapshot = process.disk.snapshotAt(limit);
            simulation.invariants().trimming(process, snapshot);
            process.disk.trim(snapshot);
            if (process.disk.start().equals(snapshot)) {
                simulation.counters().count("log trimmed");
                process.take(new Event.LogTrimmed(snapshot));
            }
        }
    }
}
