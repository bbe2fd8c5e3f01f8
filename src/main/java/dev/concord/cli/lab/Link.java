package dev.concord.cli.lab;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/// The way from one node to another: all bytes that go in this direction, whichever of the two opened the connection.
/// What a cut link holds back arrives when it is mended, if both ends still wait for it, as TCP would repeat it.
///
/// **Threads.** Any.
final class Link {
    private final Lock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private Cut cut = Cut.NONE;
    private boolean endIsolated;
    private long delayNanos;

    Cut cut() {
        lock.lock();
        try {
            return cut;
        } finally {
            lock.unlock();
        }
    }

    Duration delay() {
        lock.lock();
        try {
            return Duration.ofNanos(delayNanos);
        } finally {
            lock.unlock();
        }
    }

    void set(Cut wanted, Duration delay) {
        change(() -> {
            cut = wanted;
            delayNanos = delay.toNanos();
        });
    }

    /// @param isolated whether one of the two nodes is cut off from all others
    void setEndIsolated(boolean isolated) {
        change(() -> endIsolated = isolated);
    }

    private void change(Runnable what) {
        lock.lock();
        try {
            what.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Waits until what was sent at `sentAt` may arrive: the link is open, and its delay is over.
    ///
    /// @param sentAt in `System.nanoTime` units
    void await(long sentAt) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (true) {
                long early = sentAt + delayNanos - System.nanoTime();
                if (isClosed()) {
                    changed.await();
                } else if (early > 0) {
                    changed.awaitNanos(early);
                } else {
                    return;
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /// Waits until the link is open, no longer than `patience`; returns whether it is.
    boolean awaitOpen(Duration patience) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = patience.toNanos();
            while (isClosed() && left > 0) {
                left = changed.awaitNanos(left);
            }
            return !isClosed();
        } finally {
            lock.unlock();
        }
    }

    private boolean isClosed() {
        return endIsolated || cut != Cut.NONE;
    }
}
