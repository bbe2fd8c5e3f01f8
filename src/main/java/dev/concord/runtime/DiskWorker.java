package dev.concord.runtime;

import dev.concord.node.Effect;
import dev.concord.protocol.LogEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;

/// The one thread that writes (S2): takes everything that has gathered, writes it in order, syncs once, and reports
/// (S3). While it syncs, the next batch gathers: group commit. Nobody interrupts it, because an interrupt would close
/// the log's channel (trap 25); it ends when told to by [#stop]. The queue needs no limit of its own: what the
/// protocol leaves uncommitted and what it sends within a window are limited (X6, R8).
final class DiskWorker {
    /// Work taken into one batch at most.
    static final int MAX_BATCH = 4096;

    private final DurableLog log;
    private final RuntimeObserver observer;
    private final FatalExit fatal;
    private final Runnable wakeLoop;
    private final LinkedBlockingQueue<Work> queue = new LinkedBlockingQueue<>();
    private final Thread thread;

    private volatile long persistedTicket;
    private volatile long commitIndex;
    private long notedCommit;

    /// One order of the node, or the order to stop.
    private sealed interface Work {
        record Write(Effect effect) implements Work {}

        record Stop() implements Work {}
    }

    DiskWorker(DurableLog log, RuntimeObserver observer, FatalExit fatal, Runnable wakeLoop) {
        this.log = log;
        this.observer = observer;
        this.fatal = fatal;
        this.wakeLoop = wakeLoop;
        this.thread = Thread.ofPlatform().name("concord-disk").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /// Orders a write; `effect` is one of the three disk effects.
    void order(Effect effect) {
        queue.add(new Work.Write(effect));
    }

    /// How far the log is committed, for the next mark.
    void commitIndex(long index) {
        commitIndex = index;
    }

    /// Every order up to this ticket is durable.
    long persistedTicket() {
        return persistedTicket;
    }

    /// Finishes what was ordered, then closes the log.
    void stop() {
        queue.add(new Work.Stop());
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        List<Work> batch = new ArrayList<>();
        try {
            boolean running = true;
            while (running) {
                batch.clear();
                batch.add(queue.take());
                queue.drainTo(batch, MAX_BATCH - 1);
                running = write(batch);
            }
            log.close();
        } catch (InterruptedException | RuntimeException | Error e) {
            fatal.exit("the data directory cannot be written any more: " + e.getMessage()
                    + "; the node stops so that nothing is acknowledged that is not on the disk. Check the disk, then "
                    + "start the node again");
        }
    }

    /// Writes a batch; returns false if it was the last one.
    private boolean write(List<Work> batch) {
        long started = System.nanoTime();
        long ticket = persistedTicket;
        int entries = 0;
        long bytes = 0;
        boolean running = true;
        for (Work work : batch) {
            switch (work) {
                case Work.Write(Effect.Append append) -> {
                    log.append(append.entries());
                    entries += append.entries().size();
                    for (LogEntry entry : append.entries()) {
                        bytes += entry.sizeInBytes();
                    }
                    ticket = append.ticket();
                }
                case Work.Write(Effect.Rewind rewind) -> {
                    log.rewind(rewind.fromIndex());
                    ticket = rewind.ticket();
                }
                case Work.Write(Effect.WriteMeta meta) -> {
                    log.writeMeta(meta.meta());
                    ticket = meta.ticket();
                }
                case Work.Write(Effect other) -> throw new IllegalArgumentException("no disk effect: " + other);
                case Work.Stop stop -> running = false;
            }
        }
        long commit = Math.min(commitIndex, log.lastIndex());
        if (commit > notedCommit) {
            log.noteCommit(commit);
            notedCommit = commit;
        }
        if (entries > 0) {
            log.sync();
            observer.synced(System.nanoTime() - started, entries, bytes);
        }
        persistedTicket = ticket;
        wakeLoop.run();
        return running;
    }
}
