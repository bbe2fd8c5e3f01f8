package dev.concord.runtime;

import dev.concord.protocol.LogEntry;
import dev.concord.protocol.LogSnapshot;
import java.util.List;

/// Random access to the log by index or by seq, without reading it from its start.
///
/// **Threads.** Any number, concurrently with the writer. A call may read the disk and block for that long.
/// **Failure.** [StorageException] names file and offset if what is read is damaged (S9): bytes that do not verify are
/// never returned and never skipped.
public interface LogReader {
    /// Consecutive entries from `fromIndex` on, at most up to `toIndex`: at least one if it exists, then as many as fit
    /// into `maxBytes`. Empty if `fromIndex` is beyond the last entry or below the first that is still there.
    List<LogEntry> read(long fromIndex, long toIndex, int maxBytes);

    /// The index of the chat entry with this seq, or 0 if there is none.
    long indexOfSeq(long seq);

    /// The lowest seq still in the log, 1 unless retention removed messages; 1 for an empty log (C5).
    long firstSeq();

    /// What the log begins behind; [LogSnapshot#START] for a log from its first entry on (C5).
    default LogSnapshot start() {
        return LogSnapshot.START;
    }

    /// Rooms of the closed segments that lie entirely at or below `commitIndex`, and the last index those segments hold
    /// (0 for none): the starting point for a table of rooms. What follows has to be read entry by entry.
    RoomsUpTo rooms(long commitIndex);

    /// Shows `visitor` each edit and delete of the messages `firstSeq` to `lastSeq` that stands in the log,
    /// committed or not; of one message in the order of the log. After a cut it may begin again, and show some
    /// twice. It reads no entries, and of closed segments only what may hold such changes.
    void changes(long firstSeq, long lastSeq, ChangeVisitor visitor);

    /// Is shown changes of messages.
    @FunctionalInterface
    interface ChangeVisitor {
        /// @param target the message that is changed
        /// @param seq of the change
        /// @param isDelete whether it is deleted by it, and not edited
        void change(long target, long seq, boolean isDelete);
    }

    /// @param index everything up to here is counted in `rooms`
    record RoomsUpTo(long index, List<RoomSummary> rooms) {
        public RoomsUpTo {
            rooms = List.copyOf(rooms);
        }
    }

    /// @param count messages of the room
    /// @param lastSeq its newest message
    record RoomSummary(String room, long count, long lastSeq) {}
}
