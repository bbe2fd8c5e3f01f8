package dev.concord.sequencing;

import dev.concord.protocol.ChainHash;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.LogPosition;
import dev.concord.protocol.LogSnapshot;
import dev.concord.protocol.PeerMessage.AckReason;
import dev.concord.protocol.Term;
import java.util.List;

/// The log and the key index as one: they are changed together or not at all (X3, trap 17). Also the follower's rule
/// for entries that come from elsewhere (R2, R3).
public final class ReplicatedLog {
    private final LogTail tail;
    private DedupIndex keys;

    public ReplicatedLog(LogTail tail, DedupIndex keys) {
        this.tail = tail;
        this.keys = keys;
    }

    public LogTail tail() {
        return tail;
    }

    public DedupIndex keys() {
        return keys;
    }

    /// Appends the next entry.
    public void append(LogEntry entry) {
        tail.append(entry);
        if (entry.isChat()) {
            keys.appended(entry);
        }
    }

    /// Cuts everything from `fromIndex` on, keys included. Never at or below the commit index (I5).
    public void rewind(long fromIndex) {
        List<LogEntry> removed = tail.rewind(fromIndex);
        for (LogEntry entry : removed.reversed()) {
            if (entry.isChat()) {
                keys.rewound(entry);
            }
        }
    }

    /// Advances the commit index; returns what it newly covers.
    public List<LogEntry> commit(long index) {
        List<LogEntry> committed = tail.commit(index);
        keys.committed(tail.commitSeq());
        return committed;
    }

    /// Puts a snapshot of committed history in the place of all that is here. The keys of the window come with the
    /// entries behind it (X4).
    ///
    /// @param empty without any key
    public void restartBehind(LogSnapshot snapshot, DedupIndex empty) {
        tail.restartBehind(snapshot);
        keys = empty;
    }

    /// What entries from elsewhere mean for this log.
    public sealed interface Verdict {
        /// They fit. Cut from `rewindFrom` on (0: nothing to cut), then append `missing`; the log is then
        /// verified up to `verified`.
        record Fits(long rewindFrom, List<LogEntry> missing, long verified) implements Verdict {
            public Fits {
                missing = List.copyOf(missing);
            }
        }

        /// They do not continue this log (R2).
        record Refused(AckReason reason, Term conflictTerm, long conflictFirstIndex) implements Verdict {}

        /// The bytes are damaged: the chain does not hold. Not this log's fault; ask again.
        record Damaged(String detail) implements Verdict {}

        /// Two histories differ where they cannot (R3): stop.
        record Broken(String detail) implements Verdict {}
    }

    /// Judges entries that follow `prevIndex`; changes nothing.
    public Verdict judge(long prevIndex, Term prevTerm, ChainHash prevHash, List<LogEntry> entries) {
        if (prevIndex > tail.lastIndex()) {
            return new Verdict.Refused(AckReason.GAP, Term.ZERO, 0);
        }
        ChainHash ownHash = tail.hashAt(prevIndex);
        boolean sameTerm = tail.termAt(prevIndex).equals(prevTerm);
        if (!sameTerm || ownHash != null && !ownHash.equals(prevHash)) {
            if (sameTerm || prevIndex <= tail.commitIndex()) {
                return new Verdict.Broken("entry " + prevIndex + " of term " + tail.termAt(prevIndex) + " has hash "
                        + ownHash + " here, and term " + prevTerm + ", hash " + prevHash + " elsewhere");
            }
            return new Verdict.Refused(AckReason.CONFLICT, tail.termAt(prevIndex), tail.firstIndexOfTermAt(prevIndex));
        }
        return judgeEntries(prevIndex, prevTerm, prevHash, entries);
    }

    private Verdict judgeEntries(long prevIndex, Term prevTerm, ChainHash prevHash, List<LogEntry> entries) {
        LogPosition before = new LogPosition(prevTerm, prevIndex);
        ChainHash hash = prevHash;
        int kept = 0;
        boolean diverged = false;
        for (LogEntry entry : entries) {
            if (entry.index() != before.index() + 1 || entry.term().isBefore(before.term())) {
                return new Verdict.Damaged("entry " + entry.position() + " after " + before);
            }
            diverged = diverged || !isHere(entry);
            if (diverged) {
                if (!entry.follows(hash)) {
                    return new Verdict.Damaged("the hash chain breaks at entry " + entry.position());
                }
            } else {
                ChainHash own = tail.hashAt(entry.index());
                if (own != null && !own.equals(entry.hash())) {
                    return new Verdict.Broken("entry " + entry.position() + " has hash " + own + " here and "
                            + entry.hash() + " elsewhere");
                }
                kept++;
            }
            before = entry.position();
            hash = entry.hash();
        }
        long rewindFrom = 0;
        if (kept < entries.size() && entries.get(kept).index() <= tail.lastIndex()) {
            rewindFrom = entries.get(kept).index();
            if (rewindFrom <= tail.commitIndex()) {
                return new Verdict.Broken("entry " + entries.get(kept).position()
                        + " would replace the committed one of " + "term " + tail.termAt(rewindFrom));
            }
        }
        return new Verdict.Fits(rewindFrom, entries.subList(kept, entries.size()), prevIndex + entries.size());
    }

    private boolean isHere(LogEntry entry) {
        return entry.index() <= tail.lastIndex() && tail.termAt(entry.index()).equals(entry.term());
    }
}
