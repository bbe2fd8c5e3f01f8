package dev.concord.runtime;

import java.time.Duration;

/// How much longer each fsync takes than the disk needs: the slow disk of a lab.
///
/// **Threads.** Any.
public final class SyncDelay {
    /// Longer than a leader bears (`disk_stall`), so that one can be seen to step down (F5).
    public static final Duration MAX = Duration.ofSeconds(10);

    private volatile Duration delay = Duration.ZERO;

    public Duration get() {
        return delay;
    }

    /// @throws IllegalArgumentException if it is negative or above [#MAX]
    public void set(Duration wanted) {
        if (wanted.isNegative() || wanted.compareTo(MAX) > 0) {
            throw new IllegalArgumentException("a disk is slowed by 0 to " + MAX.toMillis() + " ms");
        }
        delay = wanted;
    }

    /// Takes this time, now. A change in the meantime counts from the next time on.
    void take() {
        long nanos = delay.toNanos();
        if (nanos > 0) {
            SlowedLog.sleep(nanos);
        }
    }
}
