package dev.concord.runtime;

import java.time.Duration;
import java.util.List;

/// How much of the beginning of a log may go (C5): whole closed parts, the oldest first, all committed, and none
/// whose keys are still recognised (X4). How much of that *should* go is the operator's to say: what is older than an
/// age, or beyond a size.
///
/// @param age zero for no limit; by the time in the entries and the wall clock, which decide nothing else (F1)
/// @param bytes zero for no limit
public record RetentionRule(Duration age, long bytes) {
    /// Keeps everything.
    public static final RetentionRule OFF = new RetentionRule(Duration.ZERO, 0);

    public RetentionRule {
        if (age.isNegative() || bytes < 0) {
            throw new IllegalArgumentException("a log cannot be kept for " + age + " or in " + bytes + " bytes");
        }
    }

    public boolean isOn() {
        return !age.isZero() || bytes > 0;
    }

    /// The index up to which the log may go now; 0 for nothing.
    ///
    /// @param parts the closed parts, oldest first
    /// @param total bytes of the whole log
    /// @param commitIndex nothing after it may go
    /// @param removableSeq no message after it may go
    public long removable(
            List<RetainableLog.Part> parts, long total, long commitIndex, long removableSeq, long nowMillis) {
        long upTo = 0;
        long left = total;
        for (RetainableLog.Part part : parts) {
            boolean may = part.lastIndex() <= commitIndex && part.lastSeq() <= removableSeq;
            boolean old = !age.isZero() && part.endedAtMillis() < nowMillis - age.toMillis();
            boolean large = bytes > 0 && left > bytes;
            if (!may || !old && !large) {
                break;
            }
            upTo = part.lastIndex();
            left -= part.bytes();
        }
        return upTo;
    }
}
