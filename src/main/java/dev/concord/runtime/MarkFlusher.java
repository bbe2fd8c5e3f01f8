package dev.concord.runtime;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// Flushes the durable mark, at most every 100 ms, on a thread of its own: no acknowledgement waits for it (section 3).
/// On the disk thread one message in fifty found the disk busy with a mark.
///
/// Nobody interrupts the thread, for the same reason as the disk thread's (trap 25).
final class MarkFlusher {
    /// Between two flushes, at least.
    private static final long INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final DurableLog log;
    private final FatalExit fatal;
    private final Thread thread;

    private volatile boolean due;
    private volatile boolean stopped;

    MarkFlusher(DurableLog log, FatalExit fatal) {
        this.log = log;
        this.fatal = fatal;
        this.thread = Thread.ofPlatform().name("concord-mark").daemon().unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /// There is a new mark in the file. Wakes the thread only if it had nothing to do.
    void written() {
        if (!due) {
            due = true;
            LockSupport.unpark(thread);
        }
    }

    /// Returns when no flush is under way and none will begin; the log may be closed then.
    void stop() {
        stopped = true;
        LockSupport.unpark(thread);
        UninterruptedJoin.of(thread);
    }

    private void run() {
        try {
            while (!stopped) {
                if (!due) {
                    LockSupport.park(this);
                    continue;
                }
                due = false; // before the flush: what is written from here on asks for another one
                log.flushMark();
                long end = System.nanoTime() + INTERVAL_NANOS;
                for (long left = INTERVAL_NANOS; left > 0 && !stopped; left = end - System.nanoTime()) {
                    LockSupport.parkNanos(this, left);
                }
            }
        } catch (RuntimeException | Error e) {
            fatal.exit("the data directory cannot be written any more: " + e.getMessage()
                    + "; the node stops, because a disk that fails once is not trusted again. Check the disk, then "
                    + "start the node again");
        }
    }
}
