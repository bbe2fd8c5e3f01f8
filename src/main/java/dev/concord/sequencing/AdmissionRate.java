package dev.concord.sequencing;

/// How many messages a leader takes in a second from all clients together (X6): a bucket that holds one second's worth
/// and fills evenly. What it does not take is BUSY, which slows the ingress nodes down; nothing is lost by it.
///
/// Volatile: a new leader begins with a full bucket. Time comes from outside, monotonic, in nanoseconds.
public final class AdmissionRate {
    private static final long SECOND = 1_000_000_000L;

    private final int perSecond;
    /// What is in the bucket, counted in billionths of a message: exact, and no overflow below 9 billion messages.
    private long level;
    private long filledAt;
    private boolean started;

    /// @param perSecond messages in a second, 0 for no limit
    public AdmissionRate(int perSecond) {
        this.perSecond = perSecond;
    }

    /// How many messages may be taken now.
    public int allowance(long now) {
        if (perSecond == 0) {
            return Integer.MAX_VALUE;
        }
        long full = perSecond * SECOND;
        long passed = started ? Math.min(SECOND, Math.max(0, now - filledAt)) : SECOND;
        level = Math.min(full, level + passed * perSecond);
        filledAt = now;
        started = true;
        return (int) (level / SECOND);
    }

    /// Notes that so many were taken, at most the last allowance.
    public void took(int messages) {
        if (perSecond != 0) {
            level -= messages * SECOND;
        }
    }
}
