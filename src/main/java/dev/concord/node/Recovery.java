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
/// @param keys of the chat entries up to `base`, as far back as the deduplication window reaches (X5)
/// @param entries the valid entries after `base`, in order, possibly read lazily and only once; they reach back at
///     least to the commit index
public record Recovery(
        Meta meta, LogSnapshot start, LogSnapshot base, long commitIndex, Keys keys, Iterable<LogEntry> entries) {
    /// Keys of consecutive chat entries, oldest first, possibly read lazily and only once.
    @FunctionalInterface
    public interface Keys {
        Keys NONE = visitor -> {};

        void forEach(KeyVisitor visitor);

        /// How many there are; 0 if that is not known before they are read.
        default int count() {
            return 0;
        }
    }

    /// Is shown keys without their entries.
    @FunctionalInterface
    public interface KeyVisitor {
        /// @param payloadHash as `ChatBody` computes it
        /// @param source holds the key in `[at, at + length)`, as `ChatBody` copies it; it is not kept
        void key(long seq, long index, long payloadHash, byte[] source, int at, int length);
    }

    /// Whose entries reach back over the deduplication window.
    public Recovery(Meta meta, LogSnapshot start, LogSnapshot base, long commitIndex, Iterable<LogEntry> entries) {
        this(meta, start, base, commitIndex, Keys.NONE, entries);
    }

    /// Of a log that begins with its first entry.
    public Recovery(Meta meta, LogSnapshot base, long commitIndex, Iterable<LogEntry> entries) {
        this(meta, LogSnapshot.START, base, commitIndex, entries);
    }
}
