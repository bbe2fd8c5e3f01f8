package dev.concord.cli.lab;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/// Tells those who watch that there is something new. They look themselves at what; so nothing queues up for one who is
/// slow.
final class Changes {
    private final Lock lock = new ReentrantLock();
    private final Condition signalled = lock.newCondition();
    private long count;

    long count() {
        lock.lock();
        try {
            return count;
        } finally {
            lock.unlock();
        }
    }

    void signal() {
        lock.lock();
        try {
            count++;
            signalled.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Waits for more than `seen` changes, no longer than `patience`; returns how many there were.
    long await(long seen, Duration patience) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = patience.toNanos();
            while (count <= seen && left > 0) {
                left = signalled.awaitNanos(left);
            }
            return count;
        } finally {
            lock.unlock();
        }
    }
}
