package dev.concord.storage;

import dev.concord.protocol.ChainHash;
import dev.concord.protocol.LogEntry;
import dev.concord.runtime.LogReader.RoomsUpTo;
import org.jspecify.annotations.Nullable;

/// What a start notes of the entries of the open segment while it verifies them (S6), so that it need not read them
/// once
/// more: their keys, and the rooms of those that are committed.
final class OpenContents {
    private final LogEnd before;
    private final long commitIndex;
    private final RoomTable rooms = new RoomTable();
    private @Nullable KeyList keys;
    private long countedTo;
    private ChainHash lastHash;

    /// @param commitIndex what an earlier boot knew to be committed
    OpenContents(LogEnd before, long commitIndex) {
        this.before = before;
        this.commitIndex = commitIndex;
        keys = new KeyList(before.index());
        countedTo = before.index();
        lastHash = before.hash();
    }

    /// Notes a verified entry.
    void add(LogEntry entry) {
        lastHash = entry.hash();
        boolean isCommitted = entry.index() <= commitIndex;
        countedTo = isCommitted ? entry.index() : countedTo;
        if (entry.isChat()) {
            if (isCommitted) {
                rooms.add(entry.body(), entry.seq());
            }
            if (keys != null) {
                keys.add(entry);
                keys = keys.sizeInBytes() > KeyFile.MAX_BYTES ? null : keys;
            }
        }
    }

    /// Whether this is what is in the segment, to its last entry.
    boolean isOf(SegmentSummary segment) {
        return before.equals(segment.before()) && lastHash.equals(segment.end().hash());
    }

    /// The keys of all entries; null if they are too many.
    @Nullable
    KeyList keys() {
        return keys;
    }

    /// First index of the segment.
    long firstIndex() {
        return before.index() + 1;
    }

    /// The rooms of the committed entries of this segment alone, and the last of those entries.
    RoomsUpTo rooms() {
        return new RoomsUpTo(countedTo, rooms.toList());
    }
}
