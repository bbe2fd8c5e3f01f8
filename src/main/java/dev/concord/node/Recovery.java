package dev.concord.node;

import dev.concord.protocol.LogEntry;
import dev.concord.protocol.LogSnapshot;
import dev.concord.protocol.Meta;

/// What a data directory held when the node started (S5 to S7): everything before `base` in summary, everything after
/// it entry by entry.
///
/// @param start what the log begins behind: [LogSnapshot#START], unless retention removed its beginning (C5)
/// @param base at or after `start`
/// @param commitIndex the commit index of the durable mark; entries up to it were committed in an earlier boot
/// @param entries the valid entries after `base`, in order, possibly read lazily and only once; they reach back at
///     least to the commit index and over the deduplication window
public record Recovery(Meta meta, LogSnapshot start, LogSnapshot base, long commitIndex, Iterable<LogEntry> entries) {
    /// Of a log that begins with its first entry.
    public Recovery(Meta meta, LogSnapshot base, long commitIndex, Iterable<LogEntry> entries) {
        this(meta, LogSnapshot.START, base, commitIndex, entries);
    }
}
