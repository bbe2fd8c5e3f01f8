package dev.concord.storage;

import dev.concord.protocol.ChainHash;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.LogSnapshot;
import dev.concord.protocol.Term;

/// Where a history ends: what the next entry has to continue.
///
/// @param seq of the last chat entry, whether or not it is the last entry
record LogEnd(long index, Term term, ChainHash hash, long seq, long atMillis) {
    /// Before the first entry.
    static final LogEnd START = new LogEnd(0, Term.ZERO, ChainHash.ZERO, 0, 0);

    /// Where a history ends that a snapshot stands for.
    static LogEnd of(LogSnapshot snapshot) {
        return new LogEnd(
                snapshot.index(), snapshot.position().term(), snapshot.hash(), snapshot.seq(), snapshot.atMillis());
    }

    LogEnd then(LogEntry entry) {
        return new LogEnd(
                entry.index(), entry.term(), entry.hash(), entry.isChat() ? entry.seq() : seq, entry.atMillis());
    }
}
