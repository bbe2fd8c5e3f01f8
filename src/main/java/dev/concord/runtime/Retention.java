package dev.concord.runtime;

import dev.concord.node.Event;
import dev.concord.node.EventAction;
import dev.concord.protocol.LogSnapshot;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Removes the beginning of the log when it is old or large enough (C5): sums it up, lets the disk thread make that
/// snapshot durable and the log begin behind it, tells the node, and only then deletes files.
///
/// **Threads.** One of its own, `concord-retention`; the counters any.
public final class Retention implements AutoCloseable {
    /// Between two looks.
    static final long LOOK_MILLIS = 5_000;

    private static final Logger LOG = LoggerFactory.getLogger(Retention.class);

    private final RetainableLog log;
    private final RetentionRule rule;
    private final Limits limits;
    private final Trimming trimming;
    private final Consumer<Event> loop;
    private final FatalExit fatal;
    private final Thread thread;
    private final AtomicLong removedParts = new AtomicLong();
    private final AtomicLong removedBytes = new AtomicLong();
    private volatile boolean closed;
    private String said = "";

    /// What the node allows just now.
    interface Limits {
        /// Whether the cluster is at a level at which logs may begin behind a snapshot (V3).
        boolean isAllowed();

        long commitIndex();

        long removableSeq();
    }

    /// Has the disk thread trim the log.
    interface Trimming {
        void trim(LogSnapshot snapshot, Runnable done);
    }

    Retention(
            RetainableLog log,
            RetentionRule rule,
            Limits limits,
            Trimming trimming,
            Consumer<Event> loop,
            FatalExit fatal) {
        this.log = log;
        this.rule = rule;
        this.limits = limits;
        this.trimming = trimming;
        this.loop = loop;
        this.fatal = fatal;
        thread = Thread.ofPlatform().name("concord-retention").daemon().unstarted(this::run);
    }

    public void start() {
        if (rule.isOn()) {
            thread.start();
        }
    }

    private void run() {
        try {
            while (!closed) {
                look(System.currentTimeMillis());
                TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closed
        } catch (StorageException e) {
            if (!closed) {
                fatal.exit("retention cannot go on: " + e.getMessage()); // S4
            }
        }
    }

    /// Removes what may and should go.
    void look(long nowMillis) throws InterruptedException {
        if (!limits.isAllowed()) {
            return;
        }
        List<RetainableLog.Part> parts = log.parts();
        long index = rule.removable(parts, log.bytes(), limits.commitIndex(), limits.removableSeq(), nowMillis);
        if (index <= log.start().index()) {
            return;
        }
        LogSnapshot snapshot;
        try {
            snapshot = log.snapshotAt(index);
        } catch (NoSuchElementException e) {
            LOG.debug("nothing is removed: {}", e.getMessage()); // a snapshot was installed meanwhile
            return;
        } catch (StorageException e) {
            sayOnce(String.valueOf(e.getMessage()));
            return;
        }
        CountDownLatch done = new CountDownLatch(1);
        trimming.trim(snapshot, done::countDown);
        done.await();
        if (log.start().equals(snapshot)) {
            removed(snapshot, parts.stream().filter(p -> p.lastIndex() <= index).toList());
        }
    }

    /// A damaged segment is the scrub's to mend (S9); until then it stays.
    private void sayOnce(String damage) {
        if (!damage.equals(said)) {
            said = damage;
            LOG.atWarn()
                    .addKeyValue(EventAction.FIELD, EventAction.LOG_DAMAGED)
                    .log("nothing is removed from the log, because it cannot be summed up: {}", damage);
        }
    }

    private void removed(LogSnapshot snapshot, List<RetainableLog.Part> parts) {
        loop.accept(new Event.LogTrimmed(snapshot));
        log.sweep();
        long freed = parts.stream().mapToLong(RetainableLog.Part::bytes).sum();
        removedParts.addAndGet(parts.size());
        removedBytes.addAndGet(freed);
        LOG.atInfo()
                .addKeyValue(EventAction.FIELD, EventAction.LOG_TRIMMED)
                .log(
                        "retention removed {} segments, {} bytes: the log begins with entry {}, message {} now",
                        parts.size(),
                        freed,
                        snapshot.firstIndex(),
                        snapshot.firstSeq());
    }

    /// Segments removed since the start of the process.
    public long removedParts() {
        return removedParts.get();
    }

    /// Bytes of them.
    public long removedBytes() {
        return removedBytes.get();
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
