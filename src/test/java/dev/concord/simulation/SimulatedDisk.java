package dev.concord.simulation;

import dev.concord.node.Recovery;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.LogSnapshot;
import dev.concord.protocol.Member;
import dev.concord.protocol.Meta;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.Reference;
import dev.concord.protocol.StoreId;
import dev.concord.runtime.DurableLog;
import dev.concord.runtime.LogReader;
import dev.concord.runtime.StorageException;
import dev.concord.storage.HistorySummary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.LongFunction;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// A node's disk in memory: the promises of [DurableLog], and the faults that they leave room for. What was
/// synced is kept by every fault but [#wipe] and [#damage]; of the rest a crash keeps any prefix. A torn
/// last record needs no state of its own here: recovery cuts it, so it is the prefix without it.
///
/// It belongs to a node, not to a boot: crash it, then [#recover] it for the next boot.
public final class SimulatedDisk implements DurableLog, LogReader {
    /// The mark is flushed at every so-manieth sync only; a crash may bring the last flushed one back (S3).
    private static final int SYNCS_PER_MARK_FLUSH = 8;
    /// Entries of what stands for a closed segment in [#rooms].
    private static final int SEGMENT_ENTRIES = 64;

    private record Mark(long durableIndex, long commitIndex) {}

    private final NodeId self;
    private final LongFunction<@Nullable LogEntry> history;
    private RandomGenerator storeIds;
    private @Nullable Meta meta;
    private LogSnapshot start = LogSnapshot.START;
    /// From entry 1 on; of those up to `start` only what checkers may look at, null if that is not known here.
    private List<@Nullable LogEntry> entries = new ArrayList<>();
    private boolean snapshotDamaged;
    private long[] indexOfSeq = new long[64];
    private int lastSeq;
    private long synced;
    private long commitIndex;
    private Mark writtenMark = new Mark(0, 0);
    private Mark flushedMark = writtenMark;
    private int syncsSinceFlush;
    private long damagedIndex = Long.MAX_VALUE;
    private boolean open;
    private boolean failing;
    private long syncs;

    /// An empty disk of this node; its store id will be drawn from `storeIds` at the first [#recover].
    public SimulatedDisk(NodeId self, RandomGenerator storeIds) {
        this(self, storeIds, index -> null);
    }

    /// @param history the entries that an installed snapshot stands for, for checkers alone
    SimulatedDisk(NodeId self, RandomGenerator storeIds, LongFunction<@Nullable LogEntry> history) {
        this.self = self;
        this.history = history;
        this.storeIds = storeIds;
    }

    // ---- faults ----

    /// The process dies, and perhaps the machine with it: of what was appended after the last sync any
    /// prefix stays. A crash during [#append] or [#sync] is one of these.
    public void crash(RandomGenerator random) {
        cutFrom(synced + random.nextLong(lastIndex() - synced + 1) + 1);
        if (random.nextBoolean()) {
            writtenMark = flushedMark;
        }
        flushedMark = writtenMark;
        open = false;
        failing = false;
    }

    /// Dies while the meta record is replaced: the old or the new one is there afterwards, never a mixture.
    public void crashDuringWriteMeta(Meta next, RandomGenerator random) {
        if (random.nextBoolean()) {
            meta = next;
        }
        crash(random);
    }

    /// Dies while a suffix is cut: nothing happened yet, or the mark is lowered and any part of the suffix
    /// is gone.
    public void crashDuringRewind(long fromIndex, RandomGenerator random) {
        if (random.nextBoolean()) {
            lowerMark(fromIndex);
            synced = Math.min(synced, fromIndex - 1);
        }
        crash(random);
    }

    /// The next write fails; nothing works until [#crash], as the process has to halt (S4).
    public void failNextWrite() {
        failing = true;
    }

    /// The record of this entry rots: reading it fails from now on. [#recover] cuts it and all that follows,
    /// and notes that entries are missing, unless the record is younger than the durable mark and so taken
    /// for a torn one (S6).
    public void damage(long index) {
        damagedIndex = Math.min(damagedIndex, index);
    }

    /// The snapshot that the log begins behind rots. [#recover] has nothing left then, and notes that entries are
    /// missing.
    public void damageSnapshot() {
        snapshotDamaged = !start.isStart();
    }

    /// Dies while a snapshot is installed: the old log is there afterwards, or the new one.
    public void crashDuringInstall(LogSnapshot snapshot, RandomGenerator random) {
        if (random.nextBoolean()) {
            crash(random);
            replaceBy(snapshot);
        } else {
            crash(random);
        }
    }

    /// All entries go, and the mark with them, so that nothing tells of it.
    void loseAllUnnoticed() {
        entries = new ArrayList<>();
        start = LogSnapshot.START;
        lastSeq = 0;
        synced = 0;
        commitIndex = 0;
        damagedIndex = Long.MAX_VALUE;
        writtenMark = new Mark(0, 0);
        flushedMark = writtenMark;
    }

    /// The file ends before this entry, cleanly, whatever the mark says.
    public void loseTail(long fromIndex) {
        cutFrom(fromIndex);
        synced = Math.min(synced, lastIndex());
    }

    /// The directory is emptied: the node comes back as a new store, with an id drawn from `newStoreIds` (M3).
    public void wipe(RandomGenerator newStoreIds) {
        storeIds = newStoreIds;
        meta = null;
        entries = new ArrayList<>();
        start = LogSnapshot.START;
        snapshotDamaged = false;
        lastSeq = 0;
        synced = 0;
        commitIndex = 0;
        writtenMark = new Mark(0, 0);
        flushedMark = writtenMark;
        damagedIndex = Long.MAX_VALUE;
        open = false;
        failing = false;
    }

    // ---- what checkers may look at ----

    /// Every entry up to here survives any crash.
    public long durableIndex() {
        return synced;
    }

    /// The entry at this index as it stands on the disk now, durable or not.
    ///
    /// @throws NullPointerException if it is only known in a snapshot that was installed
    public LogEntry entry(long index) {
        return Objects.requireNonNull(entries.get((int) index - 1));
    }

    /// The snapshot of the log up to a committed entry.
    LogSnapshot snapshotAt(long index) {
        HistorySummary summary = new HistorySummary(start);
        entries.subList((int) start.index(), (int) index).forEach(summary::add);
        return summary.toBase();
    }

    @Override
    public LogSnapshot start() {
        return start;
    }

    /// How often [#sync] was called, over all boots.
    public long syncs() {
        return syncs;
    }

    // ---- DurableLog ----

    @Override
    public Recovery recover() {
        if (open) {
            throw new StorageException("the disk of node " + self + " is in use by another process");
        }
        if (meta == null) {
            meta = Meta.fresh(new Member(self, new StoreId(new UUID(storeIds.nextLong(), storeIds.nextLong()))), 1);
        }
        if (snapshotDamaged) {
            entries = new ArrayList<>();
            lastSeq = 0;
            start = LogSnapshot.START;
            snapshotDamaged = false;
            damagedIndex = Long.MAX_VALUE;
        }
        if (damagedIndex <= lastIndex()) {
            cutFrom(damagedIndex);
            damagedIndex = Long.MAX_VALUE;
        }
        if (lastIndex() < writtenMark.durableIndex && meta.clusterId() != null) {
            meta = meta.withRepairing(true); // P1
        }
        synced = lastIndex(); // S7: what follows the mark was read, and is appended and synced again
        commitIndex = Math.max(start.index(), Math.min(writtenMark.commitIndex, synced));
        open = true;
        writeMark(true);
        long base = baseIndex();
        HistorySummary before = new HistorySummary(start);
        entries.subList((int) start.index(), (int) base).forEach(before::add);
        return new Recovery(
                meta, start, before.toBase(), commitIndex, List.copyOf(entries.subList((int) base, entries.size())));
    }

    @Override
    public void append(List<LogEntry> more) {
        beforeWrite();
        for (LogEntry entry : more) {
            if (entry.index() != entries.size() + 1) {
                throw new IllegalArgumentException("entry " + entry.index() + " cannot follow " + entries.size());
            }
            entries.add(entry);
            if (entry.isChat()) {
                lastSeq = (int) entry.seq();
                if (lastSeq >= indexOfSeq.length) {
                    indexOfSeq = Arrays.copyOf(indexOfSeq, 2 * indexOfSeq.length);
                }
                indexOfSeq[lastSeq] = entry.index();
            }
        }
    }

    @Override
    public void rewind(long fromIndex) {
        beforeWrite();
        if (fromIndex <= commitIndex || fromIndex > lastIndex()) {
            throw new IllegalArgumentException(
                    "cannot cut from " + fromIndex + ": committed " + commitIndex + ", last " + lastIndex());
        }
        lowerMark(fromIndex);
        cutFrom(fromIndex);
        synced = lastIndex();
    }

    @Override
    public void sync() {
        beforeWrite();
        syncs++;
        synced = lastIndex();
        writeMark(++syncsSinceFlush >= SYNCS_PER_MARK_FLUSH);
    }

    @Override
    public void trim(LogSnapshot snapshot) {
        beforeWrite();
        boolean ends = snapshot.index() > start.index()
                && snapshot.index() <= commitIndex
                && entry(snapshot.index()).hash().equals(snapshot.hash());
        if (ends) {
            writeMark(true); // it never lies before the beginning of the log
            start = snapshot;
        }
    }

    @Override
    public void install(LogSnapshot snapshot) {
        beforeWrite();
        if (lastIndex() >= snapshot.index() || snapshot.index() <= commitIndex) {
            throw new IllegalArgumentException("a snapshot at " + snapshot.index() + " in the place of a log up to "
                    + lastIndex() + ", committed " + commitIndex);
        }
        replaceBy(snapshot);
    }

    private void replaceBy(LogSnapshot snapshot) {
        entries = new ArrayList<>();
        for (long index = 1; index <= snapshot.index(); index++) {
            entries.add(history.apply(index));
        }
        start = snapshot;
        snapshotDamaged = false;
        damagedIndex = Long.MAX_VALUE;
        lastSeq = (int) snapshot.seq();
        indexOfSeq = Arrays.copyOf(indexOfSeq, Math.max(indexOfSeq.length, 2 * lastSeq));
        synced = snapshot.index();
        commitIndex = snapshot.index();
        writeMark(true);
    }

    @Override
    public void noteCommit(long index) {
        commitIndex = Math.max(commitIndex, index);
    }

    @Override
    public void writeMeta(Meta next) {
        beforeWrite();
        meta = next;
    }

    @Override
    public long lastIndex() {
        return entries.size();
    }

    @Override
    public LogReader reader() {
        return this;
    }

    @Override
    public void close() {
        if (open) {
            sync();
            writeMark(true);
            open = false;
        }
    }

    /// How far the log was durable by the mark that a crash has left.
    long markedIndex() {
        return Math.min(lastIndex(), writtenMark.durableIndex);
    }

    /// Whether entries are missing that were durable here (P1), found out at a start or not yet.
    boolean isIncomplete() {
        return meta != null && meta.repairing()
                || damagedIndex <= lastIndex()
                || snapshotDamaged
                || lastIndex() < writtenMark.durableIndex;
    }

    /// Whether the meta record on it says that its node was removed.
    boolean saysRemoved() {
        return meta != null && meta.removed();
    }

    // ---- LogReader ----

    @Override
    public List<LogEntry> read(long fromIndex, long toIndex, int maxBytes) {
        long last = Math.min(toIndex, lastIndex());
        if (fromIndex <= start.index() || fromIndex > last) {
            return List.of();
        }
        int end = (int) fromIndex - 1;
        for (long bytes = 0; end < last; end++) {
            bytes += entry(end + 1).sizeInBytes();
            if (bytes > maxBytes && end >= fromIndex) {
                break;
            }
        }
        if (damagedIndex >= fromIndex && damagedIndex <= end) {
            throw new StorageException("node " + self + ": entry " + damagedIndex + " is damaged");
        }
        return entries.subList((int) fromIndex - 1, end).stream()
                .map(Objects::requireNonNull)
                .toList();
    }

    @Override
    public long indexOfSeq(long seq) {
        return seq <= start.seq() || seq > lastSeq ? 0 : indexOfSeq[(int) seq];
    }

    @Override
    public long firstSeq() {
        return start.firstSeq();
    }

    @Override
    public void changes(long firstSeq, long lastSeq, ChangeVisitor visitor) {
        for (LogEntry entry : kept()) {
            Reference reference = entry.isChat() ? entry.body().reference() : null;
            if (reference != null && reference.kind().isChange()) {
                long target = reference.seq();
                if (target >= firstSeq && target <= lastSeq && target < entry.seq()) {
                    visitor.change(target, entry.seq(), reference.kind() == Reference.Kind.DELETE);
                }
            }
        }
    }

    @Override
    public RoomsUpTo rooms(long commit) {
        long end = Math.min(commit, lastIndex()) / SEGMENT_ENTRIES * SEGMENT_ENTRIES;
        Map<String, RoomSummary> rooms = new TreeMap<>();
        for (LogEntry entry : entries.subList((int) Math.min(end, start.index()), (int) end)) {
            if (entry.isChat()) {
                String room = entry.body().room();
                RoomSummary before = rooms.getOrDefault(room, new RoomSummary(room, 0, 0));
                rooms.put(room, new RoomSummary(room, before.count() + 1, entry.seq()));
            }
        }
        return new RoomsUpTo(end, List.copyOf(rooms.values()));
    }

    // ---- within ----

    /// The entries that have not been removed.
    private List<LogEntry> kept() {
        List<LogEntry> kept = new ArrayList<>();
        for (LogEntry entry : entries.subList((int) start.index(), entries.size())) {
            kept.add(Objects.requireNonNull(entry));
        }
        return kept;
    }

    /// The last index that need not be handed out entry by entry: at or before the commit index, and with
    /// the whole deduplication window behind it (X4).
    private long baseIndex() {
        long window = start.configuration().dedupWindow();
        for (LogEntry entry : kept().reversed()) {
            if (entry.kind() == LogEntry.Kind.CONFIG) {
                window = entry.configuration().dedupWindow();
                break;
            }
        }
        int committed = lastSeq; // what is behind that may be cut, and keys with it
        while (committed > start.seq() && indexOfSeq[committed] > commitIndex) {
            committed--;
        }
        return committed - start.seq() <= window ? start.index() : indexOfSeq[(int) (committed - window)];
    }

    private void cutFrom(long fromIndex) {
        List<@Nullable LogEntry> tail = entries.subList((int) fromIndex - 1, entries.size());
        lastSeq -= (int) tail.stream().filter(e -> e != null && e.isChat()).count();
        tail.clear();
        if (damagedIndex >= fromIndex) {
            damagedIndex = Long.MAX_VALUE;
        }
    }

    private void lowerMark(long fromIndex) {
        writtenMark = new Mark(Math.min(writtenMark.durableIndex, fromIndex - 1), Math.min(commitIndex, fromIndex - 1));
        flushedMark = writtenMark;
    }

    private void writeMark(boolean flush) {
        writtenMark = new Mark(synced, Math.min(commitIndex, synced));
        if (flush) {
            flushedMark = writtenMark;
            syncsSinceFlush = 0;
        }
    }

    private void beforeWrite() {
        if (!open) {
            throw new IllegalStateException("the disk of node " + self + " is not open: recover it first");
        }
        if (failing) {
            throw new StorageException("a write to the disk of node " + self + " failed, as asked for");
        }
    }
}
