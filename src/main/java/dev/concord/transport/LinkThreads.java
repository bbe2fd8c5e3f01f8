package dev.concord.transport;

import java.time.Duration;

/// The threads of the links: one reader for each connection, one writer for each dialled one, all of them blocking.
///
/// They are platform threads because they are few (a cluster of nine has 48, and [TransportLimits] bounds the rest) and
/// mostly wake up for one small message. Measured with `PeerLinkSpeed` of the test tree, a round trip took 60 to 75 us
/// and 80 us of CPU with them, and twice as much at best with virtual threads; bulk transfer was equal.
final class LinkThreads {
    private LinkThreads() {}

    static Thread start(String name, Runnable work) {
        return Thread.ofPlatform().daemon().name(name).start(work);
    }

    /// Waits for the end of a thread that is about to end.
    static void join(Thread thread) {
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /// Waits for the end of a thread, until the deadline.
    static void join(Thread thread, long deadlineNanos) {
        long left = deadlineNanos - System.nanoTime();
        if (left <= 0) {
            return;
        }
        try {
            boolean ended = thread.join(Duration.ofNanos(left));
            assert ended || System.nanoTime() >= deadlineNanos;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
