package dev.concord.election;

/// A pause that doubles with each failure, from a base up to a limit, and ends with success (E5, E6).
public final class HoldOff {
    private final long baseNanos;
    private final long limitNanos;
    private int failures;
    private long until = Long.MIN_VALUE;

    public HoldOff(long baseNanos, long limitNanos) {
        this.baseNanos = baseNanos;
        this.limitNanos = limitNanos;
    }

    /// Something failed: stay away for base × `factor` plus `jitterNanos`, doubled for each earlier failure.
    ///
    /// @return when the pause ends
    public long failed(long now, int factor, long jitterNanos) {
        long pause = Math.min(limitNanos, (baseNanos * factor + jitterNanos) << Math.min(failures, 20));
        failures++;
        until = now + pause;
        return until;
    }

    public void succeeded() {
        failures = 0;
        until = Long.MIN_VALUE;
    }

    public boolean isOver(long now) {
        return until == Long.MIN_VALUE || now >= until;
    }

    public long until() {
        return until;
    }
}
