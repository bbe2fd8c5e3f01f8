package dev.concord.storage;

import dev.concord.runtime.MendableLog;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;

/// Reads a closed segment as a whole, to find out whether it still can be read (S9).
final class SegmentScrub {
    private SegmentScrub() {}

    /// @param end of the segment, as the one after it knows it
    /// @return what is wrong with it, empty if nothing is
    static String damageOf(Segment segment, LogEnd end, SegmentLimits limits, MendableLog.Pace pace) {
        try (FileChannel channel = FileChannel.open(segment.file(), StandardOpenOption.READ)) {
            LineScanner.Source source = (target, position) -> {
                int read = channel.read(target, position);
                pace.read(Math.max(0, read));
                return read;
            };
            SegmentScan scan = SegmentScan.of(
                    segment.file(),
                    source,
                    channel.size(),
                    segment.before(),
                    limits,
                    Long.MAX_VALUE,
                    SegmentScan.Visitor.NONE);
            if (scan.damage() != null) {
                return scan.damage().toString();
            }
            boolean whole = scan.summary().end().hash().equals(end.hash())
                    && scan.summary().size() == segment.extent().size();
            return whole
                    ? ""
                    : segment.file() + ": it ends at entry " + scan.summary().lastIndex();
        } catch (IOException e) {
            return segment.file() + ": it cannot be read: " + e;
        }
    }
}
