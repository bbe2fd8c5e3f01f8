package dev.concord.config;

import dev.concord.runtime.RetentionRule;
import java.time.Duration;

/// How the log of a node lies on its disk, and how much of it stays there (C5).
///
/// @param segmentBytes size of a segment
/// @param retentionMinutes age from which segments go, 0 for no limit
/// @param retentionMib size of the log above which segments go, 0 for no limit
record LogSettings(int segmentBytes, int retentionMinutes, int retentionMib) {
    static final int DEFAULT_SEGMENT_BYTES = 64 << 20;
    static final int MIN_SEGMENT_BYTES = 64 << 10;
    static final int MAX_SEGMENT_BYTES = 1 << 30;
    /// Ten years.
    static final int MAX_RETENTION_MINUTES = 10 * 366 * 24 * 60;
    /// A pebibyte.
    static final int MAX_RETENTION_MIB = 1 << 30;

    LogSettings {
        NodeSettings.within(Setting.SEGMENT_BYTES.key(), segmentBytes, MIN_SEGMENT_BYTES, MAX_SEGMENT_BYTES);
        NodeSettings.within(Setting.RETENTION_AGE_MINUTES.key(), retentionMinutes, 0, MAX_RETENTION_MINUTES);
        NodeSettings.within(Setting.RETENTION_SIZE_MIB.key(), retentionMib, 0, MAX_RETENTION_MIB);
        if (retentionMib > 0 && ((long) retentionMib << 20) < 2L * segmentBytes) {
            throw new InvalidSettingException(
                    Setting.RETENTION_SIZE_MIB.key(),
                    "is " + retentionMib + ", less than two segments of " + segmentBytes
                            + " bytes: whole segments are removed, and never the last; give a larger number, or lower"
                            + " segment_bytes on all nodes");
        }
    }

    RetentionRule retention() {
        return new RetentionRule(Duration.ofMinutes(retentionMinutes), (long) retentionMib << 20);
    }
}
