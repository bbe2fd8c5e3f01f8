package dev.concord.storage;

import dev.concord.node.EventAction;
import dev.concord.protocol.ChainHash;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.LogSnapshot;
import dev.concord.runtime.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Decides at start what the log is (S6): good, good after its torn tail is cut, or damaged. It reads the
/// last segment and every one without a good seal; of the others the seals, unless the log is in repair:
/// then it reads all. [#of] changes nothing, [#apply] does what follows from it (S7).
///
/// A torn tail is what a crash leaves of entries that nobody was told about: bad records after the durable
/// mark, in the last segment. Everything else that is bad is damage to entries that may have been
/// acknowledged: the log is good up to
/// there, and who holds it is in repair (P1).
final class StartUpCheck {
    private static final Logger LOG = LoggerFactory.getLogger(StartUpCheck.class);

    private final DataDirectory directory;
    private final SegmentLimits limits;
    private final boolean readsAll;
    private final DurableMark.@Nullable Value mark;
    private final SnapshotFiles snapshots;
    private final LogSnapshot start;
    private final List<Long> covered = new ArrayList<>();
    private final List<Seal> closed = new ArrayList<>();
    private final List<Seal> sealsToWrite = new ArrayList<>();
    private SegmentSummary open;
    private @Nullable OpenContents contents;
    private LogEnd end;
    private @Nullable Damage damage;
    private @Nullable Damage tornTail;
    private @Nullable Path emptySegment;
    private @Nullable ChainHash hashAtMark;
    private long offsetAfterMark;

    private StartUpCheck(
            DataDirectory directory,
            SegmentLimits limits,
            boolean readsAll,
            DurableMark.@Nullable Value mark,
            SnapshotFiles snapshots) {
        this.snapshots = snapshots;
        this.start = snapshots.newest();
        this.directory = directory;
        this.limits = limits;
        this.readsAll = readsAll;
        this.mark = mark;
        end = LogEnd.of(start);
        open = new SegmentSummary(end, limits);
    }

    /// @param readsAll whether seals are not believed: damage was found behind one of them
    /// @throws StorageException if log and mark contradict each other, so that it is not known whose they are
    static StartUpCheck of(DataDirectory directory, SegmentLimits limits, boolean readsAll) throws IOException {
        StartUpCheck check = new StartUpCheck(
                directory, limits, readsAll, DurableMark.read(directory.mark()), SnapshotFiles.in(directory));
        check.readSegments();
        check.compareWithMark();
        return check;
    }

    /// The first place that does not hold what it must; null if nothing that may have been acknowledged is
    /// lost.
    @Nullable
    Damage damage() {
        return damage;
    }

    List<Seal> closed() {
        return closed;
    }

    SegmentSummary open() {
        return open;
    }

    /// What was noted of the entries of the open segment while they were verified; null if nothing was.
    @Nullable
    OpenContents contents() {
        if (open.size() == 0) {
            return new OpenContents(open.before(), 0);
        }
        return contents != null && contents.isOf(open) ? contents : null;
    }

    /// What the log begins behind.
    LogSnapshot start() {
        return start;
    }

    DurableMark.Value mark() {
        return mark == null ? DurableMark.Value.ZERO : mark;
    }

    private void readSegments() throws IOException {
        List<Long> firsts = directory.segments();
        TreeSet<Long> all = new TreeSet<>(firsts);
        all.addAll(directory.seals());
        covered.addAll(all.headSet(start.firstIndex())); // a removal that a crash has interrupted
        all.removeAll(covered);
        for (long first : all) {
            Path file = directory.segment(first);
            if (!firsts.contains(first)) {
                damaged(new Damage(file, 0, first, "the segment is missing, only its seal is there"));
            } else if (first != end.index() + 1) {
                String missing = "entries " + (end.index() + 1) + " to " + (first - 1) + " are missing before this file"
                        + snapshots.damage();
                damaged(new Damage(file, 0, end.index() + 1, missing));
            } else if (first == all.last()) {
                lastSegment(file);
            } else {
                closedSegment(file, first);
            }
            if (damage != null) {
                return;
            }
        }
    }

    private void closedSegment(Path file, long first) throws IOException {
        Seal seal = Seal.readIfGood(directory.seal(first));
        boolean fits = seal != null && seal.fits(end, Files.size(file));
        if (seal == null || !fits || readsAll) {
            SegmentScan scan = SegmentScan.of(file, end, limits, this::noteMark);
            if (scan.damage() != null) {
                open = scan.summary();
                damaged(scan.damage());
                return;
            }
            Seal own = scan.summary().toSeal();
            if (seal == null || !fits || !seal.end().equals(own.end())) {
                sealsToWrite.add(own);
            }
            seal = own;
        }
        closed.add(seal.slim());
        end = seal.end();
    }

    private void lastSegment(Path file) throws IOException {
        SegmentScan scan = scanOpen(file, end);
        Damage found = scan.damage();
        if (found != null && (mark == null || found.index() <= mark.durableIndex())) {
            open = scan.summary();
            damaged(found);
            return;
        }
        tornTail = found;
        if (scan.summary().size() > 0 || closed.isEmpty()) {
            open = scan.summary();
        } else { // only begun: its first line never became durable, and the next one may still fit before it
            emptySegment = file;
            reopenLastClosed();
        }
        end = open.end();
    }

    /// From here on nothing is good; `open` holds what was read of the segment that the damage is in. If
    /// that is nothing, the segment before is open again, because the next line may still fit there.
    private void damaged(Damage found) throws IOException {
        damage = found;
        if (open.lastIndex() != found.index() - 1 || open.size() == 0) {
            open = new SegmentSummary(end, limits);
            if (!closed.isEmpty()) {
                reopenLastClosed();
            }
        }
        end = open.end();
    }

    /// Makes the last closed segment the open one; if it is damaged itself, its good beginning, or the one
    /// before.
    private void reopenLastClosed() throws IOException {
        Seal seal = closed.removeLast();
        sealsToWrite.removeIf(other -> other.before().equals(seal.before()));
        Path file = directory.segment(seal.before().index() + 1);
        SegmentScan scan = scanOpen(file, seal.before());
        open = scan.summary();
        if (scan.damage() != null) {
            damage = scan.damage();
            if (open.size() == 0 && !closed.isEmpty()) {
                reopenLastClosed();
            }
        }
    }

    /// Reads the segment that may become the open one.
    private SegmentScan scanOpen(Path file, LogEnd before) throws IOException {
        OpenContents noted = new OpenContents(before, mark().commitIndex());
        contents = noted;
        return SegmentScan.of(file, before, limits, (entry, offset) -> {
            noteMark(entry, offset);
            noted.add(entry);
        });
    }

    private void noteMark(LogEntry entry, long offset) {
        if (mark != null && entry.index() == mark.durableIndex()) {
            hashAtMark = entry.hash();
            offsetAfterMark = offset + entry.sizeInBytes();
        }
    }

    private void compareWithMark() throws IOException {
        if (mark == null) {
            boolean used = end.index() > 0 || Files.exists(directory.mark()) || Files.exists(directory.metaA());
            if (damage == null && used) {
                String what = "neither slot can be read, so it is not known which entries were acknowledged";
                damage = new Damage(directory.mark(), 0, end.index() + 1, what);
            }
            return;
        }
        if (mark.durableIndex() <= end.index()) {
            compareHashAtMark(mark);
        }
        Path last = directory.segment(open.firstIndex());
        if (mark.durableIndex() > end.index() && damage == null) {
            String what = "the log ends here, but entries up to " + mark.durableIndex() + " were durable"
                    + snapshots.damage();
            damage = new Damage(last, open.size(), end.index() + 1, what);
        }
        if (mark.durableIndex() < open.firstIndex()) {
            offsetAfterMark = 0;
        }
    }

    /// Damage cannot bring a valid chain with another end about: somebody has put files of two histories
    /// together.
    private void compareHashAtMark(DurableMark.Value value) throws IOException {
        ChainHash found = hashAt(value.durableIndex());
        if (value.durableIndex() > 0 && found != null && !value.durableHash().equals(found)) {
            String what = "its hash is not the one in durable.mark: log and mark are not of one history";
            throw new Damage(directory.segment(open.firstIndex()), 0, value.durableIndex(), what).toException();
        }
    }

    /// The hash of an entry; null if it turns out to be damaged.
    private @Nullable ChainHash hashAt(long index) throws IOException {
        if (index <= start.index()) { // the snapshot is newer than the mark
            return index == start.index() ? start.hash() : null;
        }
        for (int at = 0; at < closed.size() && hashAtMark == null; at++) {
            LogEnd last = closed.get(at).end();
            if (index == last.index()) {
                return last.hash();
            }
            if (index < last.index()) {
                readClosed(at);
                break;
            }
        }
        return hashAtMark;
    }

    /// Reads a segment whose seal is good, because the mark points into it.
    private void readClosed(int at) throws IOException {
        LogEnd before = closed.get(at).before();
        SegmentScan scan = SegmentScan.of(directory.segment(before.index() + 1), before, limits, this::noteMark);
        if (scan.damage() != null) {
            closed.subList(at, closed.size()).clear();
            sealsToWrite.removeIf(seal -> seal.before().index() >= before.index());
            end = before;
            open = scan.summary();
            damaged(scan.damage());
        }
    }

    /// Carries out what the check found: puts damage into quarantine, replaces bad seals, cuts the torn
    /// tail, opens the last segment again, and makes what follows the mark durable. After a crash at any
    /// point of it the next check finds the same log.
    ///
    /// @return the damaged files, where they are now
    List<Path> apply() throws IOException {
        Quarantine quarantine = new Quarantine(directory);
        if (damage != null) {
            quarantine.cutAfter(open);
            if (mark == null) {
                quarantine.move(directory.mark());
            }
        }
        for (Seal seal : sealsToWrite) {
            Path file = directory.seal(seal.before().index() + 1);
            LOG.atWarn()
                    .addKeyValue(EventAction.FIELD, EventAction.SEAL_REWRITTEN)
                    .log("{} is missing or does not fit; its segment was read and is good: writing it again", file);
            if (Files.exists(file)) {
                directory.toQuarantine(file);
            }
            seal.write(file);
        }
        if (tornTail != null && damage == null) {
            LOG.atWarn()
                    .addKeyValue(EventAction.FIELD, EventAction.TORN_TAIL_CUT)
                    .log("{}; a torn tail, younger than the durable mark and never acknowledged: cut", tornTail);
        }
        if (emptySegment != null) {
            Files.deleteIfExists(emptySegment);
        }
        Files.deleteIfExists(directory.seal(open.firstIndex()));
        tidySnapshots(quarantine);
        DataDirectory.fsyncDirectory(directory.log());
        Path file = directory.segment(open.firstIndex());
        if (Files.exists(file)) {
            writeTailAgain(file);
        }
        return quarantine.kept();
    }

    /// What the newest snapshot stands for is there no longer, and it is the only one.
    private void tidySnapshots(Quarantine quarantine) throws IOException {
        for (Damage bad : snapshots.damaged()) {
            if (damage == null) { // else the damage says so
                LOG.atWarn()
                        .addKeyValue(EventAction.FIELD, EventAction.LOG_DAMAGED)
                        .log("{}; the log is whole without it, and it goes to quarantine", bad);
            }
            quarantine.move(bad.file());
        }
        for (long first : covered) {
            Files.deleteIfExists(directory.segment(first));
            Files.deleteIfExists(directory.seal(first));
        }
        for (Path file : snapshots.outdated()) {
            Files.deleteIfExists(file);
        }
    }

    /// S7: after a failed fsync the page cache may show what is not on the disk. Writing the same bytes to
    /// the same place
    /// makes the next fsync put them there; cutting them first would open a gap in which a second crash
    /// loses them.
    private void writeTailAgain(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            channel.truncate(open.size());
            ByteBuffer chunk = ByteBuffer.allocate(SegmentWriter.BUFFER_BYTES);
            long at = offsetAfterMark;
            while (at < open.size()) {
                chunk.clear().limit((int) Math.min(chunk.capacity(), open.size() - at));
                int read = channel.read(chunk, at);
                if (read <= 0) {
                    throw new IOException("the file became shorter while it was read");
                }
                DataDirectory.writeFully(channel, chunk.flip(), at);
                at += read;
            }
            channel.force(true);
        }
    }
}
