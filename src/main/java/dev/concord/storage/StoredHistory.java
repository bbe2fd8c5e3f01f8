package dev.concord.storage;

import dev.concord.node.Recovery;
import dev.concord.protocol.Configuration;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.LogPosition;
import dev.concord.protocol.LogSnapshot;
import dev.concord.protocol.Meta;
import dev.concord.protocol.NodeId;
import dev.concord.runtime.LogReader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Sums up the log for the node that starts on it, from the seals and a few single entries: its work does not grow with
/// the history. The entries that the node wants one by one are read while it asks for them.
final class StoredHistory {
    /// Leaders of the newest no-ops that the protocol looks at (E13).
    private static final int RECENT_LEADERS = LogSnapshot.RECENT_LEADERS;
    /// Bytes of entries read ahead of the node.
    private static final int PAGE_BYTES = 1 << 20;
    /// Committed entries that the node gets as such although it needs their keys only: what a follower that is a little
    /// behind asks for.
    private static final int RECENT_ENTRIES = 1024;

    private final SegmentReader reader;
    private final LogSnapshot start;
    private final LogEnd end;
    private final List<Seal> seals;
    private final List<LogPosition> termStarts = new ArrayList<>();
    private final List<Long> noops = new ArrayList<>();
    private final List<Long> configurations = new ArrayList<>();

    /// @param start what the log begins behind
    StoredHistory(SegmentReader reader, LogSnapshot start, List<Seal> closed, SegmentSummary open) {
        this(
                reader,
                start,
                Stream.concat(closed.stream(), Stream.of(open.toSeal())).toList());
    }

    /// @param seals of the segments behind `start`, oldest first, at least one
    StoredHistory(SegmentReader reader, LogSnapshot start, List<Seal> seals) {
        this.reader = reader;
        this.start = start;
        this.seals = seals;
        end = seals.getLast().end();
        termStarts.addAll(start.termStarts());
        seals.forEach(this::add);
    }

    private void add(Seal seal) {
        termStarts.addAll(seal.termStarts());
        noops.addAll(seal.noops());
        configurations.addAll(seal.configurations());
    }

    /// @param open what the start noted of the open segment, if it did
    Recovery toRecovery(
            Meta meta, long commitIndex, DataDirectory directory, SegmentLimits limits, @Nullable OpenContents open) {
        long committed = reader.pointAtOrBefore(commitIndex).seq(); // what is behind that may be cut, and keys with it
        long forgotten = Math.max(start.seq(), committed - dedupWindow(commitIndex));
        LogSnapshot base = base(commitIndex, committed, forgotten);
        Recovery.Keys keys = new StoredKeys(directory, limits, seals, open, reader, forgotten + 1, base.seq());
        Iterable<LogEntry> entries = () -> new Pages(reader, base.firstIndex(), end.index());
        return new Recovery(meta, start, base, commitIndex, keys, entries);
    }

    /// A little before the committed end; never much before the first message whose key is wanted.
    private LogSnapshot base(long commitIndex, long committed, long forgotten) {
        if (committed - forgotten > RECENT_ENTRIES) {
            return snapshotAt(reader.pointAtOrBefore(commitIndex - RECENT_ENTRIES));
        }
        return forgotten == start.seq() ? start : snapshotAt(reader.pointAtOrBefore(reader.indexOfSeq(forgotten)));
    }

    /// Sums up the history up to a place in it.
    LogSnapshot snapshotAt(LogEnd at) {
        Configuration configuration = upTo(configurations, at.index(), 1).stream()
                .map(i -> entry(i).configuration())
                .findFirst()
                .orElse(start.configuration());
        List<NodeId> leaders = new ArrayList<>(start.recentLeaders());
        upTo(noops, at.index(), RECENT_LEADERS).forEach(i -> leaders.add(entry(i).leader()));
        return new LogSnapshot(
                new LogPosition(at.term(), at.index()),
                at.hash(),
                at.seq(),
                at.atMillis(),
                termStarts.stream().filter(p -> p.index() <= at.index()).toList(),
                configuration,
                leaders.subList(Math.max(0, leaders.size() - RECENT_LEADERS), leaders.size()));
    }

    /// The largest window of the configurations that are, or after a rewind may be, in force (X4).
    int dedupWindow(long commitIndex) {
        int window = 0;
        for (int i = configurations.size() - 1; i >= 0; i--) {
            window = Math.max(
                    window, entry(configurations.get(i)).configuration().dedupWindow());
            if (configurations.get(i) <= commitIndex) {
                return window;
            }
        }
        return Math.max(window, start.configuration().dedupWindow());
    }

    /// The last `most` of these indexes that are not after `limit`.
    private static List<Long> upTo(List<Long> indexes, long limit, int most) {
        int found = Collections.binarySearch(indexes, limit);
        int to = found >= 0 ? found + 1 : -found - 1;
        return indexes.subList(Math.max(0, to - most), to);
    }

    private LogEntry entry(long index) {
        return reader.read(index, index, 0).getFirst();
    }

    /// A range of the log, a page in memory at a time.
    static final class Pages implements Iterator<LogEntry> {
        private final LogReader reader;
        private final long last;
        private long next;
        private Iterator<LogEntry> page = Collections.emptyIterator();

        Pages(LogReader reader, long first, long last) {
            this.reader = reader;
            this.next = first;
            this.last = last;
        }

        @Override
        public boolean hasNext() {
            return next <= last;
        }

        @Override
        public LogEntry next() {
            if (next > last) {
                throw new NoSuchElementException();
            }
            if (!page.hasNext()) {
                page = reader.read(next, last, PAGE_BYTES).iterator();
            }
            next++;
            return page.next();
        }
    }
}
