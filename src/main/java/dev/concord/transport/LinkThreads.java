package dev.concord.transport;

import java.time.Duration;

/// The threads of the links: one reader for each connection, one writer for each dialled one. They block on sockets and
/// queues, and so are virtual.
final class LinkThreads {
    private LinkThreads() {}

    static Thread start(String name, Runnable work) {
        return Thread.ofVirtual().name(name).start(work);
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
