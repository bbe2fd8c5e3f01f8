package dev.concord.runtime;

import dev.concord.protocol.LogEntry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The committed messages in order of seq: the newest in memory, the older ones in the log file. A subscription is a
/// cursor (a seq) over it; live delivery is a cursor at its end (D1).
///
/// **Threads.** The event loop publishes, any number of threads read and wait. Readers never slow the event loop:
/// waking them is the work of a thread of its own.
public final class CommittedLog implements AutoCloseable {
    /// Most committed chat entries kept in memory; a power of two.
    static final int RING_ENTRIES = 1 << 13;
    /// Most bytes of committed chat entries kept in memory.
    static final long RING_BYTES = 4L << 20;

    private final LogReader reader;
    private final @Nullable LogEntry[] ring = new @Nullable LogEntry[RING_ENTRIES];
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition advanced = lock.newCondition();
    private final Thread waker;

    private long ringBytes;
    private volatile long ringFirstSeq = 1;
    private volatile long commitSeq;
    private volatile long commitIndex;
    private volatile boolean closed;
    private volatile @Nullable Consumer<List<LogEntry>> follower;
    /// How many threads wait for more; while there is none, a commit wakes nobody.
    private final AtomicInteger waiting = new AtomicInteger();

    public CommittedLog(LogReader reader) {
        this.reader = reader;
        waker = Thread.ofPlatform().name("concord-waker").daemon().start(this::wakeWaiters);
    }

    /// Sets the end of the history that an earlier boot knew to be committed.
    void startAt(long seq, long index) {
        ringFirstSeq = seq + 1;
        commitSeq = seq;
        commitIndex = index;
    }

    /// The history up to here was taken over as a snapshot: its messages were not shown here, and are gone (C5).
    void skipTo(long seq, long index) {
        ringBytes = 0;
        startAt(seq, index);
        LockSupport.unpark(waker);
    }

    /// Adds newly committed entries; called by the event loop, in order.
    void publish(List<LogEntry> entries) {
        long seq = commitSeq;
        long first = ringFirstSeq;
        for (LogEntry entry : entries) {
            if (!entry.isChat()) {
                continue;
            }
            seq = entry.seq();
            if (seq - first == RING_ENTRIES) {
                first = drop(first);
            }
            ring[slot(seq)] = entry;
            ringBytes += entry.sizeInBytes();
        }
        while (ringBytes > RING_BYTES && first < seq) {
            first = drop(first);
        }
        ringFirstSeq = first;
        commitIndex = entries.getLast().index();
        commitSeq = seq;
        Consumer<List<LogEntry>> counting = follower;
        if (counting != null) {
            Listener.tell(counting, entries, "what follows the log");
        }
        if (waiting.get() > 0) { // looked at after commitSeq is set; who waits looks the other way round
            LockSupport.unpark(waker);
        }
    }

    private long drop(long first) {
        LogEntry oldest = Objects.requireNonNull(ring[slot(first)]);
        ringBytes -= oldest.sizeInBytes();
        ringFirstSeq = first + 1;
        return first + 1;
    }

    /// Gives one follower what is committed from now on, on the event loop: for what is done with a message in less
    /// time than a wake-up takes.
    ///
    /// @param entries takes entries of all kinds, in order; must neither block nor keep them
    public void follow(Consumer<List<LogEntry>> entries) {
        follower = entries;
    }

    /// Number of committed messages, and so the seq of the newest.
    public long commitSeq() {
        return commitSeq;
    }

    public long commitIndex() {
        return commitIndex;
    }

    /// The lowest seq that can still be read.
    public long firstSeq() {
        return reader.firstSeq();
    }

    /// The log file below, for what is not about messages alone.
    public LogReader reader() {
        return reader;
    }

    /// The committed message with this seq, or null if it is not committed yet, or no longer there.
    public @Nullable LogEntry find(long seq) {
        if (seq > commitSeq) {
            return null;
        }
        LogEntry newest = ring[slot(seq)];
        if (newest != null && newest.seq() == seq) { // an entry does not change, however old the slot is
            return newest;
        }
        List<LogEntry> entries = fromFile(seq, 1, Integer.MAX_VALUE);
        return entries.isEmpty() ? null : entries.getFirst();
    }

    /// Committed messages with seq > `afterSeq`, dense and in order: at least one if there is one, then as many as fit
    /// into both limits. Reads the disk only for what is no longer in memory.
    public List<LogEntry> after(long afterSeq, int maxEntries, int maxBytes) {
        long newest = commitSeq;
        long from = afterSeq + 1;
        if (from > newest) {
            return List.of();
        }
        if (from >= ringFirstSeq) {
            List<LogEntry> entries = fromRing(from, newest, maxEntries, maxBytes);
            if (!entries.isEmpty()) {
                return entries;
            }
        }
        return fromFile(from, maxEntries, maxBytes);
    }

    private List<LogEntry> fromRing(long from, long newest, int maxEntries, int maxBytes) {
        List<LogEntry> entries = new ArrayList<>((int) Math.min(maxEntries, newest - from + 1));
        long bytes = 0;
        for (long seq = from; seq <= newest && entries.size() < maxEntries; seq++) {
            LogEntry entry = ring[slot(seq)];
            if (entry == null || entry.seq() != seq) { // the publisher has reused the slot meanwhile
                return List.of();
            }
            bytes += entry.sizeInBytes();
            if (bytes > maxBytes && !entries.isEmpty()) {
                break;
            }
            entries.add(entry);
        }
        return entries;
    }

    private List<LogEntry> fromFile(long from, int maxEntries, int maxBytes) {
        long index = reader.indexOfSeq(from);
        if (index == 0) {
            return List.of();
        }
        List<LogEntry> messages = new ArrayList<>();
        long bytes = 0;
        while (messages.size() < maxEntries && bytes < maxBytes) {
            long last = index + maxEntries - messages.size() - 1L; // no further than if all of them are messages
            List<LogEntry> entries = reader.read(index, Math.min(commitIndex, last), (int) (maxBytes - bytes));
            if (entries.isEmpty()) {
                break;
            }
            for (LogEntry entry : entries) {
                if (entry.isChat() && messages.size() < maxEntries) {
                    messages.add(entry);
                }
                bytes += entry.sizeInBytes();
            }
            index = entries.getLast().index() + 1;
        }
        return messages;
    }

    /// Waits until there is a message with seq > `afterSeq`, the time is over, or the log is closed.
    ///
    /// @return whether there is one
    public boolean awaitAfter(long afterSeq, Duration timeout) throws InterruptedException {
        if (commitSeq > afterSeq) {
            return true;
        }
        long nanos = timeout.toNanos();
        lock.lockInterruptibly();
        waiting.incrementAndGet();
        try {
            while (commitSeq <= afterSeq && !closed && nanos > 0) {
                nanos = advanced.awaitNanos(nanos);
            }
            return commitSeq > afterSeq;
        } finally {
            waiting.decrementAndGet();
            lock.unlock();
        }
    }

    /// Whether the node is stopping: nothing more will be published.
    public boolean isClosed() {
        return closed;
    }

    private void wakeWaiters() {
        long signalled = 0;
        while (!closed) {
            signalled = wakeWaiters(signalled);
        }
        signalAll();
    }

    /// Tells those that wait how far the log is, or waits for it to grow; returns what they know. A method, so
    /// that it is compiled: see [EventLoop].
    private long wakeWaiters(long signalled) {
        long seq = commitSeq;
        if (seq == signalled) {
            LockSupport.parkNanos(this, TimeUnit.SECONDS.toNanos(1));
        } else {
            signalAll();
        }
        return seq;
    }

    private void signalAll() {
        lock.lock();
        try {
            advanced.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private static int slot(long seq) {
        return (int) seq & RING_ENTRIES - 1;
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(waker);
    }
}
