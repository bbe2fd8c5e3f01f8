package dev.concord.runtime;

import dev.concord.protocol.ChainHash;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.LogPosition;
import java.util.List;

/// The closed parts of a log: read again at leisure, and mended from another copy (S9).
///
/// **Threads.** Any one, while the disk thread writes: a part that is closed and committed changes no more.
public interface MendableLog {
    /// A closed part of the log.
    record Part(long firstIndex, long lastIndex) {}

    /// Told how many bytes were read; may wait, to keep the pace.
    @FunctionalInterface
    interface Pace {
        void read(int bytes);
    }

    /// The closed parts up to an index that is committed, oldest first.
    List<Part> closedParts(long commitIndex);

    /// Reads a part, every entry of it. Returns what is wrong, with file and byte; empty if nothing is, or if
    /// retention has removed it meanwhile.
    ///
    /// @throws java.util.NoSuchElementException if retention has removed it before
    String damageOf(Part part, Pace pace);

    /// Begins to write a part anew.
    Mending mend(Part part);

    /// A part that is being written anew. Its hash chain begins and ends in what is known of its neighbours,
    /// so what is accepted is what was there, byte for byte, wherever it comes from. Closing it unfinished
    /// leaves all as it was.
    interface Mending extends AutoCloseable {
        /// The last entry that is there; at first the one before the part.
        LogPosition last();

        /// The hash of that entry.
        ChainHash lastHash();

        /// Adds entries. Returns false at one that does not belong there; those before it are taken.
        boolean add(List<LogEntry> entries);

        boolean isComplete();

        /// Puts the new part in the place of the damaged one, which goes to quarantine.
        void finish();

        @Override
        void close();
    }
}
