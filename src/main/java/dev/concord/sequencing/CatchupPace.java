package dev.concord.sequencing;

/// How fast one member is fed from the disk (R8): a bucket that holds a moment's worth of bytes and fills evenly. A
/// page
/// is let through when the bucket is not empty, and may leave it in debt.
///
/// It must end, whatever the others write: when most of what the member advances in a period is eaten up by what the
/// log grows meanwhile, the pace becomes half as fast again. Time comes from outside, monotonic, in nanoseconds.
final class CatchupPace {
    /// After so long it is looked at whether the member comes nearer to the end.
    static final long PERIOD_NANOS = 10_000_000_000L;
    /// What may be caught up of a pace that could not be kept, because the event loop or the member was late.
    static final long BURST_NANOS = 100_000_000L;
    /// In practice no pace at all.
    private static final int FASTEST = 1 << 30;

    private static final long SECOND = 1_000_000_000L;

    private final int base;
    private int rate;
    private boolean begun;
    /// When the bucket is out of debt.
    private long freeAt;

    private long periodAt;
    private long matchThen;
    private long lastThen;

    /// @param bytesPerSecond the pace to begin with
    CatchupPace(int bytesPerSecond) {
        base = bytesPerSecond;
        rate = bytesPerSecond;
    }

    /// The member has everything, or comes back: what it was given before says nothing any more.
    void reset() {
        begun = false;
    }

    /// When the next page may be read; at once, if that is not after `now`.
    ///
    /// @param match what the member has confirmed
    /// @param last the end of the log
    long nextAt(long now, long match, long last) {
        if (!begun) {
            begun = true;
            rate = base;
            freeAt = now - BURST_NANOS;
            beginPeriod(now, match, last);
        } else if (now - periodAt >= PERIOD_NANOS) {
            if (2 * (last - lastThen) > match - matchThen) {
                rate = Math.min(rate + rate / 2 + 1, Math.max(base, FASTEST));
            }
            beginPeriod(now, match, last);
        }
        return freeAt;
    }

    private void beginPeriod(long now, long match, long last) {
        periodAt = now;
        matchThen = match;
        lastThen = last;
    }

    /// Notes that so many bytes were read. What was read without asking leaves a debt of one page at most.
    void took(int bytes, long now) {
        freeAt = Math.clamp(freeAt, now - BURST_NANOS, now) + bytes * SECOND / rate;
    }
}
