package dev.concord.runtime;

import dev.concord.node.Effect;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.LogSnapshot;
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
    private final MarkFlusher mark;

    private volatile long persistedTicket;
    private volatile long writingSince; // 0 while nothing is written
    private long commitIndex; // of the event loop alone
    private long notedCommit; // of the disk thread alone, and so are these: what is in the log and not durable yet
    private int unsyncedEntries;
    private long unsyncedBytes;

    /// One order of the node, or the order to stop. Each carries the commit index as it was when the order
    /// was given: noted out of order, it could speak of an entry that is still to be replaced.
    private sealed interface Work {
        long commitIndex();

        record Write(Effect effect, long commitIndex) implements Work {}

        record Trim(LogSnapshot snapshot, Runnable done, long commitIndex) implements Work {}

        record Stop(long commitIndex) implements Work {}
    }

    DiskWorker(DurableLog log, RuntimeObserver observer, FatalExit fatal, Runnable wakeLoop) {
        this.log = log;
        this.observer = observer;
        this.fatal = fatal;
        this.wakeLoop = wakeLoop;
        this.mark = new MarkFlusher(log, fatal);
        this.thread = Thread.ofPlatform().name("concord-disk").unstarted(this::run);
    }

    void start() {
        mark.start();
        thread.start();
    }

    /// Orders a write; `effect` is one of the disk effects. Called by the event loop.
    void order(Effect effect) {
        queue.add(new Work.Write(effect, commitIndex));
    }

    /// Orders that the log begin behind a snapshot of it. Any thread may call this, and `done` is called by the disk
    /// thread.
    void trim(LogSnapshot snapshot, Runnable done) {
        queue.add(new Work.Trim(snapshot, done, 0));
    }

    /// How far the log is committed after what was ordered so far; goes along with the next order. Called by the event
    /// loop.
    void commitIndex(long index) {
        commitIndex = index;
    }

    /// Every order up to this ticket is durable.
    long persistedTicket() {
        return persistedTicket;
    }

    /// When the write under way began, in `System.nanoTime` units; 0 if there is none.
    long writingSince() {
        return writingSince;
    }

    /// Orders that wait.
    int waiting() {
        return queue.size();
    }

    /// Finishes what was ordered, then closes the log. Called once the event loop has ended.
    void stop() {
        queue.add(new Work.Stop(commitIndex));
        UninterruptedJoin.of(thread);
    }

    private void run() {
        List<Work> batch = new ArrayList<>();
        try {
            boolean running = true;
            while (running) {
                running = turn(batch);
            }
            mark.stop();
            log.close();
        } catch (InterruptedException | RuntimeException | Error e) {
            fatal.exit("the data directory cannot be written any more: " + e.getMessage()
                    + "; the node stops so that nothing is acknowledged that is not on the disk. Check the disk, then "
                    + "start the node again");
        }
    }

    /// Waits for a batch and writes it; returns false if it was the last one. A method, so that it is compiled: see
    /// [EventLoop].
    private boolean turn(List<Work> batch) throws InterruptedException {
        batch.clear();
        batch.add(queue.take());
        queue.drainTo(batch, MAX_BATCH - 1);
        return write(batch);
    }

    /// Writes a batch; returns false if it was the last one.
    private boolean write(List<Work> batch) {
        long started = System.nanoTime();
        writingSince = started;
        long ticket = persistedTicket;
        boolean appended = false;
        boolean running = true;
        for (Work work : batch) {
            if (work.commitIndex() > notedCommit) {
                notedCommit = work.commitIndex();
                log.noteCommit(notedCommit);
            }
            switch (work) {
                case Work.Write(Effect.Append append, long commit) -> {
                    log.append(append.entries());
                    unsyncedEntries += append.entries().size();
                    for (LogEntry entry : append.entries()) {
                        unsyncedBytes += entry.sizeInBytes();
                    }
                    ticket = append.ticket();
                }
                case Work.Write(Effect.Rewind rewind, long commit) -> {
                    log.rewind(rewind.fromIndex());
                    ticket = rewind.ticket();
                }
                case Work.Write(Effect.WriteMeta meta, long commit) -> {
                    // M1: a founder's cluster id must not outlive its first entry in a power cut
                    appended |= sync(started);
                    log.writeMeta(meta.meta());
                    ticket = meta.ticket();
                }
                case Work.Write(Effect.InstallSnapshot install, long commit) -> {
                    appended |= sync(started);
                    log.install(install.snapshot());
                    ticket = install.ticket();
                }
                case Work.Trim(LogSnapshot snapshot, Runnable done, long commit) -> {
                    appended |= sync(started);
                    log.trim(snapshot);
                    done.run();
                }
                case Work.Write(Effect other, long commit) ->
                    throw new IllegalArgumentException("no disk effect: " + other);
                case Work.Stop stop -> running = false;
            }
        }
        appended |= sync(started);
        writingSince = 0;
        persistedTicket = ticket;
        wakeLoop.run();
        if (appended) {
            mark.written();
        }
        return running;
    }

    /// Makes durable what was appended since the last time; returns whether that was anything.
    private boolean sync(long started) {
        if (unsyncedEntries == 0) {
            return false;
        }
        log.sync();
        observer.synced(System.nanoTime() - started, unsyncedEntries, unsyncedBytes);
        unsyncedEntries = 0;
        unsyncedBytes = 0;
        return true;
    }
}
