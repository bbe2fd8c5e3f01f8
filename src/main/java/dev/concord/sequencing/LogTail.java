package dev.concord.sequencing;

import dev.concord.protocol.ChainHash;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.LogPosition;
import dev.concord.protocol.LogSnapshot;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.Term;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The log as the protocol sees it: the newest entries in memory, everything older in summary.
///
/// The summary (the base and before) knows the position and hash at the base and where each term starts; a term
/// always starts with an entry of its leader, so that answers R2's question for any index. Entries above the commit
/// index are always in memory; how much below stays is a limit in bytes.
public final class LogTail {
    /// No-ops that preemption counts (E13).
    static final int REMEMBERED_LEADERS = 8;

    private final int keepBytes;
    private final ArrayList<LogPosition> termStarts;
    private final ArrayDeque<NodeId> baseLeaders;
    private LogSnapshot start = LogSnapshot.START;

    private @Nullable LogEntry[] ring = new @Nullable LogEntry[256];
    private long first; // index of the oldest entry in memory
    private long last; // index of the newest entry
    private long bytes;
    private ChainHash baseHash;
    private long baseAtMillis;
    private long commitIndex;
    private long commitSeq;

    /// @param base the last entry that is only known in summary
    /// @param keepBytes committed entry bytes to keep in memory
    public LogTail(
            LogPosition base,
            ChainHash baseHash,
            long baseSeq,
            long baseAtMillis,
            List<LogPosition> termStarts,
            List<NodeId> recentLeaders,
            int keepBytes) {
        this.keepBytes = keepBytes;
        this.termStarts = new ArrayList<>(termStarts);
        this.baseLeaders = new ArrayDeque<>(recentLeaders);
        this.first = base.index() + 1;
        this.last = base.index();
        this.baseHash = baseHash;
        this.baseAtMillis = baseAtMillis;
        this.commitIndex = base.index();
        this.commitSeq = baseSeq;
    }

    /// The history that is no longer here as entries (C5).
    public LogSnapshot start() {
        return start;
    }

    /// The log begins behind this snapshot of it from now on: on the disk, what is in memory stays for now.
    public void startsBehind(LogSnapshot snapshot) {
        if (snapshot.index() > commitIndex) {
            throw new IllegalStateException("the log begins behind " + snapshot.position() + ", but is committed up to "
                    + commitIndex + " only");
        }
        start = snapshot;
    }

    /// Begins anew behind a snapshot of committed history that reaches further than what is committed here.
    ///
    /// @throws IllegalStateException if a committed entry would go (I5)
    public void restartBehind(LogSnapshot snapshot) {
        if (snapshot.index() <= commitIndex) {
            throw new IllegalStateException("a snapshot at " + snapshot.index() + ", committed up to " + commitIndex);
        }
        start = snapshot;
        Arrays.fill(ring, null);
        bytes = 0;
        first = snapshot.firstIndex();
        last = snapshot.index();
        baseHash = snapshot.hash();
        baseAtMillis = snapshot.atMillis();
        commitIndex = snapshot.index();
        commitSeq = snapshot.seq();
        termStarts.clear();
        termStarts.addAll(snapshot.termStarts());
        baseLeaders.clear();
        baseLeaders.addAll(snapshot.recentLeaders());
    }

    /// Adds the next entry. The caller has checked that it belongs here; that it continues the chain is checked again.
    public void append(LogEntry entry) {
        if (entry.index() != last + 1) {
            throw new IllegalStateException("entry " + entry.index() + " after " + last);
        }
        if (last - first + 2 > ring.length) {
            grow();
        }
        if (entry.term().isAfter(lastTerm())) {
            termStarts.add(entry.position());
        }
        ring[slot(entry.index())] = entry;
        last = entry.index();
        bytes += entry.sizeInBytes();
        evict();
    }

    /// Removes all entries from `fromIndex` on and returns them, oldest first.
    ///
    /// @throws IllegalStateException if a committed entry would go (I5)
    public List<LogEntry> rewind(long fromIndex) {
        if (fromIndex <= commitIndex) {
            throw new IllegalStateException("rewind to " + fromIndex + " at or below commit index " + commitIndex);
        }
        List<LogEntry> removed = new ArrayList<>();
        for (long i = fromIndex; i <= last; i++) {
            removed.add(entry(i));
            bytes -= entry(i).sizeInBytes();
            ring[slot(i)] = null;
        }
        last = Math.min(last, fromIndex - 1);
        while (!termStarts.isEmpty() && termStarts.getLast().index() > last) {
            termStarts.removeLast();
        }
        return removed;
    }

    /// Advances the commit index and returns the entries that it newly covers, in order; none if it is there already.
    public List<LogEntry> commit(long index) {
        List<LogEntry> committed = new ArrayList<>((int) Math.max(0, index - commitIndex));
        for (long i = commitIndex + 1; i <= index; i++) {
            LogEntry entry = entry(i);
            committed.add(entry);
            if (entry.isChat()) {
                if (entry.seq() != commitSeq + 1) {
                    throw new IllegalStateException("seq " + entry.seq() + " after " + commitSeq + " (I8)");
                }
                commitSeq = entry.seq();
            }
        }
        commitIndex = Math.max(commitIndex, index);
        evict();
        return committed;
    }

    /// The entry at an index, or null if it is beyond the end or only known in summary.
    public @Nullable LogEntry get(long index) {
        return index < first || index > last ? null : ring[slot(index)];
    }

    /// The entry at an index that is known to be in memory.
    public LogEntry entry(long index) {
        LogEntry entry = get(index);
        if (entry == null) {
            throw new IllegalStateException("entry " + index + " is not in [" + first + ", " + last + "]");
        }
        return entry;
    }

    /// The term of the entry at an index from 0 to the last, known for the whole log.
    public Term termAt(long index) {
        if (index <= 0) {
            return Term.ZERO;
        }
        if (index >= first) {
            return entry(index).term();
        }
        int low = 0;
        int high = termStarts.size() - 1;
        while (low < high) { // the last start at or below index
            int middle = (low + high + 1) >>> 1;
            if (termStarts.get(middle).index() <= index) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return termStarts.get(low).term();
    }

    /// The hash at an index, or null if that entry is only known in summary.
    public @Nullable ChainHash hashAt(long index) {
        if (index == first - 1) {
            return baseHash;
        }
        LogEntry entry = get(index);
        return entry != null ? entry.hash() : index == start.index() ? start.hash() : null;
    }

    /// The first index of the term that the entry at `index` belongs to (R2).
    public long firstIndexOfTermAt(long index) {
        Term term = termAt(index);
        for (int i = termStarts.size() - 1; i >= 0; i--) {
            if (termStarts.get(i).term().equals(term)) {
                return termStarts.get(i).index();
            }
        }
        return 1;
    }

    /// The last index whose term is at most `term`; 0 if there is none.
    public long lastIndexUpToTerm(Term term) {
        for (int i = termStarts.size() - 1; i >= 0; i--) {
            if (!termStarts.get(i).term().isAfter(term)) {
                return i == termStarts.size() - 1 ? last : termStarts.get(i + 1).index() - 1;
            }
        }
        return 0;
    }

    /// Consecutive entries in memory from `fromIndex` on: at least one if there is one, then as many as fit.
    public List<LogEntry> page(long fromIndex, long toIndex, int maxBytes) {
        List<LogEntry> page = new ArrayList<>();
        int size = 0;
        for (long i = fromIndex; i <= Math.min(toIndex, last); i++) {
            LogEntry entry = entry(i);
            size += entry.sizeInBytes();
            if (size > maxBytes && !page.isEmpty()) {
                break;
            }
            page.add(entry);
        }
        return page;
    }

    /// How often a node leads among the last eight no-ops (E13).
    public int recentLeaderships(NodeId node) {
        int seen = 0;
        int count = 0;
        for (int i = termStarts.size() - 1; i >= 0 && seen < REMEMBERED_LEADERS; i--) {
            LogEntry entry = get(termStarts.get(i).index());
            if (entry == null) {
                break;
            }
            if (entry.kind() == LogEntry.Kind.NOOP) {
                seen++;
                count += entry.leader().equals(node) ? 1 : 0;
            }
        }
        for (Iterator<NodeId> older = baseLeaders.descendingIterator();
                older.hasNext() && seen < REMEMBERED_LEADERS; ) {
            seen++;
            count += older.next().equals(node) ? 1 : 0;
        }
        return count;
    }

    public long firstInMemory() {
        return first;
    }

    public long lastIndex() {
        return last;
    }

    public Term lastTerm() {
        return termStarts.isEmpty() ? Term.ZERO : termStarts.getLast().term();
    }

    public LogPosition lastPosition() {
        return new LogPosition(lastTerm(), last);
    }

    public ChainHash lastHash() {
        return last < first ? baseHash : entry(last).hash();
    }

    /// The seq of the newest chat entry, committed or not.
    public long lastSeq() {
        for (long i = last; i >= first && i > commitIndex; i--) {
            if (entry(i).isChat()) {
                return entry(i).seq();
            }
        }
        return commitSeq;
    }

    public long lastAtMillis() {
        return last < first ? baseAtMillis : entry(last).atMillis();
    }

    public long commitIndex() {
        return commitIndex;
    }

    public long commitSeq() {
        return commitSeq;
    }

    private void evict() {
        while (bytes > keepBytes && first <= commitIndex && first < last) {
            LogEntry oldest = entry(first);
            bytes -= oldest.sizeInBytes();
            baseHash = oldest.hash();
            baseAtMillis = oldest.atMillis();
            if (oldest.kind() == LogEntry.Kind.NOOP) {
                baseLeaders.addLast(oldest.leader());
                if (baseLeaders.size() > REMEMBERED_LEADERS) {
                    baseLeaders.removeFirst();
                }
            }
            ring[slot(first)] = null;
            first++;
        }
    }

    private void grow() {
        @Nullable LogEntry[] larger = new @Nullable LogEntry[ring.length * 2];
        for (long i = first; i <= last; i++) {
            larger[(int) i & larger.length - 1] = ring[slot(i)];
        }
        ring = larger;
    }

    private int slot(long index) {
        return (int) index & ring.length - 1;
    }
}
