package dev.concord.runtime;

import dev.concord.protocol.LogSnapshot;
import java.util.List;

/// The closed parts of a log, oldest first, as retention looks at them (C5). What it decides to remove it hands to
/// [DurableLog#trim].
///
/// **Threads.** Any one, while the disk thread writes.
public interface RetainableLog {
    /// A closed part of the log.
    ///
    /// @param endedAtMillis time of its last entry
    record Part(long lastIndex, long lastSeq, long bytes, long endedAtMillis) {}

    /// The closed parts, oldest first.
    List<Part> parts();

    /// Bytes of all entries that are there.
    long bytes();

    /// What the log begins behind; [LogSnapshot#START] for a log from its first entry on.
    LogSnapshot start();

    /// Sums up the history up to the end of a closed part that is there.
    LogSnapshot snapshotAt(long lastIndex);

    /// Deletes the files that [DurableLog#trim] has left, which nobody reads any more. After a crash the next start
    /// does.
    void sweep();
}
