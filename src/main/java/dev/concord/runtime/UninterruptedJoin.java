package dev.concord.runtime;

/// Waits for the end of a thread, whatever happens to the one that waits.
final class UninterruptedJoin {
    private UninterruptedJoin() {}

    /// Returns when `thread` has ended. An interrupt is kept for later.
    static void of(Thread thread) {
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
}
