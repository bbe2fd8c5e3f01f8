package dev.concord.storage;

import dev.concord.protocol.ChainHash;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.LogPosition;
import dev.concord.protocol.Term;
import java.util.ArrayList;
import java.util.List;

/// What is known of a segment without reading it again, kept up with every entry that is added: the stuff of its seal.
/// Nothing is allocated for an entry that is a plain message of a known room. One thread, but for the sparse index
/// and the changes.
final class SegmentSummary {
    private final LogEnd before;
    private final SparseIndex sparse;
    private final RoomTable rooms = new RoomTable();
    private final OpenChanges changes = new OpenChanges();
    private final List<LogPosition> termStarts = new ArrayList<>();
    private final List<Long> noops = new ArrayList<>();
    private final List<Long> configurations = new ArrayList<>();
    private long size;
    private long index;
    private Term term;
    private ChainHash hash;
    private long seq;
    private long atMillis;

    SegmentSummary(LogEnd before, SegmentLimits limits) {
        this(before, limits, 0);
    }

    /// @param presentSize of the file, which may have been written under another limit
    SegmentSummary(LogEnd before, SegmentLimits limits, long presentSize) {
        this.before = before;
        long mostBytes = Math.max(limits.segmentBytes(), LogEntry.MAX_LINE_BYTES + 1L);
        sparse = new SparseIndex(limits.sparseBytes(), Math.max(mostBytes, presentSize));
        index = before.index();
        term = before.term();
        hash = before.hash();
        seq = before.seq();
        atMillis = before.atMillis();
    }

    void add(LogEntry entry) {
        sparse.offer(entry.index(), seq, size);
        if (!entry.term().equals(term)) {
            termStarts.add(entry.position());
        }
        index = entry.index();
        term = entry.term();
        hash = entry.hash();
        atMillis = entry.atMillis();
        size += entry.sizeInBytes();
        switch (entry.kind()) {
            case CHAT -> {
                seq = entry.seq();
                rooms.add(entry.body(), seq);
                changes.add(seq, entry.body());
            }
            case NOOP -> noops.add(index);
            case CONFIG -> configurations.add(index);
        }
    }

    long firstIndex() {
        return before.index() + 1;
    }

    LogEnd before() {
        return before;
    }

    long size() {
        return size;
    }

    long lastIndex() {
        return index;
    }

    Term lastTerm() {
        return term;
    }

    long lastSeq() {
        return seq;
    }

    LogEnd end() {
        return new LogEnd(index, term, hash, seq, atMillis);
    }

    SparseIndex sparse() {
        return sparse;
    }

    OpenChanges changes() {
        return changes;
    }

    Seal toSeal() {
        return new Seal(
                size,
                before,
                end(),
                sparse,
                List.copyOf(termStarts),
                List.copyOf(noops),
                List.copyOf(configurations),
                rooms.toList(),
                changes.toTable());
    }
}
