package dev.concord.simulation;

import dev.concord.node.Effect;
import dev.concord.node.Event;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.Meta;
import java.util.ArrayDeque;
import java.util.List;
import java.util.SplittableRandom;

/// The disk thread of one process: a FIFO queue with group commit (S2, S3). One batch is in flight, the next gathers
/// meanwhile. A crash may come between any two operations of a batch.
final class DiskQueue {
    private record Work(Effect effect, long ticket) {}

    private final Simulation simulation;
    private final SimulatedProcess process;
    private final SplittableRandom random;
    private final ArrayDeque<Work> waiting = new ArrayDeque<>();
    private final ArrayDeque<Work> batch = new ArrayDeque<>();

    private boolean busy;
    private boolean unsynced;
    private long doneTicket;
    private long slowUntil;
    private Meta durableMeta;

    DiskQueue(Simulation simulation, SimulatedProcess process, SplittableRandom random) {
        this.simulation = simulation;
        this.process = process;
        this.random = random;
    }

    void started(Meta meta) {
        durableMeta = meta;
        doneTicket = 0;
    }

    /// The meta record that a crash now would leave behind.
    Meta durableMeta() {
        return durableMeta;
    }

    int size() {
        return waiting.size() + batch.size();
    }

    void add(Effect effect, long ticket) {
        waiting.add(new Work(effect, ticket));
        if (!busy) {
            busy = true;
            simulation.agenda().after(1_000, guarded(this::startBatch));
        }
    }

    /// Goes into the mark with the next sync; never ahead of what was ordered before it.
    void noteCommit(Effect.Deliver deliver) {
        waiting.add(new Work(deliver, 0));
    }

    /// Answers a read with what the file holds when the disk gets to it.
    void read(Effect.ReadLog read) {
        simulation.agenda().after(duration() / 2, guarded(() -> {
            List<LogEntry> entries = process.disk.read(read.fromIndex(), process.disk.lastIndex(), read.maxBytes());
            process.take(new Event.LogRead(read.readId(), entries));
        }));
    }

    /// Nothing completes before this time.
    void stallUntil(long nanos) {
        slowUntil = Math.max(slowUntil, nanos);
    }

    void endStall() {
        slowUntil = 0;
    }

    void crash() {
        Work first = batch.peekFirst();
        boolean metaFirst = first != null && first.effect instanceof Effect.WriteMeta;
        if (metaFirst && unsynced && random.nextBoolean()) {
            process.disk.crash(random); // before the sync that stands before the meta record
        } else if (first != null && first.effect instanceof Effect.WriteMeta write) {
            simulation.counters().saw(RuleCase.S5_DIES_WRITING_META);
            if (unsynced) {
                process.disk.sync();
            }
            process.disk.crashDuringWriteMeta(write.meta(), random);
        } else if (first != null && first.effect instanceof Effect.InstallSnapshot install) {
            simulation.mutation().diesDuringInstall(process, install.snapshot(), random);
        } else if (first != null && first.effect instanceof Effect.Rewind rewind) {
            process.disk.crashDuringRewind(rewind.fromIndex(), random);
        } else {
            process.disk.crash(random);
        }
        waiting.clear();
        batch.clear();
        busy = false;
        unsynced = false;
    }

    private void startBatch() {
        if (waiting.size() > 1) {
            simulation.counters().saw(RuleCase.S2_GROUPED);
        }
        batch.addAll(waiting);
        waiting.clear();
        next();
    }

    /// Works through the batch: appends go to the page cache at once, a commit is noted in memory only, everything else
    /// takes its time.
    private void next() {
        while (!batch.isEmpty()) {
            Work first = batch.peekFirst();
            if (first.effect instanceof Effect.Append append) {
                process.disk.append(append.entries());
                unsynced = true;
                doneTicket = first.ticket;
            } else if (first.effect instanceof Effect.Deliver deliver) {
                process.disk.noteCommit(deliver.entries().getLast().index());
            } else {
                break;
            }
            batch.removeFirst();
        }
        if (!batch.isEmpty()) {
            simulation.agenda().after(duration(), guarded(this::finishFirst));
        } else if (unsynced) {
            simulation.agenda().after(duration(), guarded(this::finishSync));
        } else {
            completed();
        }
    }

    private void finishFirst() {
        Work work = batch.removeFirst();
        switch (work.effect) {
            case Effect.Rewind rewind -> process.disk.rewind(rewind.fromIndex());
            case Effect.InstallSnapshot install -> {
                if (unsynced) {
                    process.disk.sync();
                    unsynced = false;
                }
                process.disk.install(install.snapshot());
            }
            case Effect.WriteMeta write -> {
                if (unsynced) { // what was appended before is durable before (E8, M1)
                    process.disk.sync();
                    unsynced = false;
                }
                process.disk.writeMeta(write.meta());
                durableMeta = write.meta();
                simulation.invariants().metaDurable(process, durableMeta);
            }
            default -> throw new IllegalStateException("no disk work: " + work.effect);
        }
        doneTicket = work.ticket;
        next();
    }

    private void finishSync() {
        process.disk.sync();
        unsynced = false;
        completed();
    }

    private void completed() {
        busy = false;
        Event.Persisted done = new Event.Persisted(doneTicket);
        if (isAnythingOrdered()) {
            busy = true;
            simulation.agenda().after(1_000, guarded(this::startBatch));
        }
        process.take(done);
    }

    /// Commits that are only to be noted wait for the next order.
    private boolean isAnythingOrdered() {
        for (Work work : waiting) {
            if (work.ticket > 0) {
                return true;
            }
        }
        return false;
    }

    private long duration() {
        Conditions.DiskSpeed speed = simulation.conditions().disk();
        long nanos = random.nextLong(speed.minSyncNanos(), speed.maxSyncNanos() + 1);
        if (simulation.isTroubled() && random.nextInt(1000) < speed.stallPerMille()) {
            simulation.counters().count("disk stall");
            nanos += random.nextLong(speed.stallNanos());
        }
        return nanos + Math.max(0, slowUntil - simulation.nowNanos());
    }

    /// A task of this boot: it does nothing once the process has died.
    private Runnable guarded(Runnable task) {
        int boot = process.boots();
        return () -> {
            if (process.isUp() && process.boots() == boot) {
                task.run();
            }
        };
    }
}
