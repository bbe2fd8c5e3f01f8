package dev.concord.storage;

import dev.concord.protocol.LogEntry;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/// A segment read as a whole, up to its end or the first record that is not what it must be.
///
/// @param summary of the entries before the end or the damage
/// @param damage the first bad record, or null
/// @param bytesRead size of what was read
record SegmentScan(SegmentSummary summary, @Nullable Damage damage, long bytesRead) {
    /// Sees each entry that was verified.
    @FunctionalInterface
    interface Visitor {
        Visitor NONE = (entry, offset) -> {};

        void visit(LogEntry entry, long offset) throws IOException;
    }

    /// Reads a segment that continues `before`, not further than the entry `lastWanted`.
    static SegmentScan of(Path file, LogEnd before, SegmentLimits limits, long lastWanted, Visitor visitor)
            throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return of(file, channel::read, channel.size(), before, limits, lastWanted, visitor);
        }
    }

    static SegmentScan of(
            Path file,
            LineScanner.Source source,
            long size,
            LogEnd before,
            SegmentLimits limits,
            long lastWanted,
            Visitor visitor)
            throws IOException {
        SegmentSummary summary = new SegmentSummary(before, limits, size);
        EntryCursor cursor = new EntryCursor(
                file, new LineScanner(source, 0, size), before.index() + 1, before.hash(), before.term());
        while (summary.lastIndex() < lastWanted) {
            LogEntry entry = cursor.next();
            if (entry == null) {
                break;
            }
            visitor.visit(entry, summary.size());
            summary.add(entry);
        }
        return new SegmentScan(summary, cursor.damage(), size);
    }

    static SegmentScan of(Path file, LogEnd before, SegmentLimits limits, Visitor visitor) throws IOException {
        return of(file, before, limits, Long.MAX_VALUE, visitor);
    }
}
