package dev.concord.storage;

/// How the log is cut into files. Every node of a cluster must use the same segment size, or its closed segments are
/// not the same files as everyone else's; the spacing of the sparse index is a matter of each node alone.
///
/// @param segmentBytes a line that would make a segment larger than this starts the next one
/// @param sparseBytes distance between two points of the sparse index: what a read may have to skip
public record SegmentLimits(long segmentBytes, int sparseBytes) {
    /// 64 MiB a segment, a point every 64 KiB (section 3).
    public static final SegmentLimits DEFAULT = new SegmentLimits(64L << 20, 64 << 10);

    /// Segments of this size.
    public static SegmentLimits of(long segmentBytes) {
        return new SegmentLimits(segmentBytes, DEFAULT.sparseBytes);
    }

    public SegmentLimits {
        if (segmentBytes < 1 || sparseBytes < 1) {
            throw new IllegalArgumentException("segment size and index spacing must be positive");
        }
    }
}
