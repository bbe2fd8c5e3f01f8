package dev.concord.storage;

import dev.concord.node.EventAction;
import dev.concord.protocol.ChainHash;
import dev.concord.protocol.LogEntry;
import dev.concord.runtime.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Decides at start what the log is (S6): good, good after its torn tail is cut, or damaged. It reads the last segment
/// and every one without a good seal; of the others the seals. [#of] changes nothing, [#apply] does what follows from
/// it (S7).
///
/// A torn tail is what a crash leaves of entries that nobody was told about: bad records after the durable mark, in the
/// last segment. Everything else that is bad is damage to entries that may have been acknowledged.
final class StartUpCheck {
    private static final Logger LOG = LoggerFactory.getLogger(StartUpCheck.class);

    private final DataDirectory directory;
    private final SegmentLimits limits;
    private final DurableMark.@Nullable Value mark;
    private final List<Seal> closed = new ArrayList<>();
    private final List<Seal> sealsToWrite = new ArrayList<>();
    private SegmentSummary open;
    private LogEnd end = LogEnd.START;
    private @Nullable Damage tornTail;
    private @Nullable Path emptySegment;
    private @Nullable ChainHash hashAtMark;
    private long offsetAfterMark;

    private StartUpCheck(DataDirectory directory, SegmentLimits limits, DurableMark.@Nullable Value mark) {
        this.directory = directory;
        this.limits = limits;
        this.mark = mark;
        open = new SegmentSummary(LogEnd.START, limits);
    }

    /// @throws StorageException if the log is damaged, naming file, offset, entry and remedy
    static StartUpCheck of(DataDirectory directory, SegmentLimits limits) throws IOException {
        StartUpCheck check = new StartUpCheck(directory, limits, DurableMark.read(directory.mark()));
        check.readSegments();
        check.compareWithMark();
        return check;
    }

    List<Seal> closed() {
        return closed;
    }

    SegmentSummary open() {
        return open;
    }

    DurableMark.Value mark() {
        return mark == null ? DurableMark.Value.ZERO : mark;
    }

    private void readSegments() throws IOException {
        List<Long> firsts = directory.segments();
        for (long sealed : directory.seals()) {
            if (!firsts.contains(sealed)) {
                throw new Damage(directory.segment(sealed), 0, sealed, "the segment is missing, only its seal is there")
                        .toException();
            }
        }
        for (long first : firsts) {
            Path file = directory.segment(first);
            if (first != end.index() + 1) {
                String missing =
                        "entries " + (end.index() + 1) + " to " + (first - 1) + " are missing before this file";
                throw new Damage(file, 0, first, missing).toException();
            }
            if (first == firsts.getLast()) {
                lastSegment(file);
            } else {
                closedSegment(file, first);
            }
        }
    }

    private void closedSegment(Path file, long first) throws IOException {
        Seal seal = Seal.readIfGood(directory.seal(first));
        if (seal == null || !seal.fits(end, Files.size(file))) {
            SegmentScan scan = SegmentScan.of(file, end, limits, this::noteMark);
            if (scan.damage() != null) {
                throw scan.damage().toException();
            }
            seal = scan.summary().toSeal();
            sealsToWrite.add(seal);
        }
        closed.add(seal.slim());
        end = seal.end();
    }

    private void lastSegment(Path file) throws IOException {
        SegmentScan scan = SegmentScan.of(file, end, limits, this::noteMark);
        tornTail = scan.damage();
        if (tornTail != null && (mark == null || tornTail.index() <= mark.durableIndex())) {
            throw tornTail.toException();
        }
        if (scan.summary().size() > 0 || closed.isEmpty()) {
            open = scan.summary();
        } else { // only begun: its first line never became durable, and the next one may still fit before it
            emptySegment = file;
            open = reopened(closed.removeLast());
        }
        end = open.end();
    }

    private SegmentSummary reopened(Seal seal) throws IOException {
        Path file = directory.segment(seal.before().index() + 1);
        SegmentScan scan = SegmentScan.of(file, seal.before(), limits, this::noteMark);
        if (scan.damage() != null) {
            throw scan.damage().toException();
        }
        sealsToWrite.removeIf(other -> other.before().equals(seal.before()));
        return scan.summary();
    }

    private void noteMark(LogEntry entry, long offset) {
        if (mark != null && entry.index() == mark.durableIndex()) {
            hashAtMark = entry.hash();
            offsetAfterMark = offset + entry.sizeInBytes();
        }
    }

    private void compareWithMark() throws IOException {
        if (mark == null) {
            if (end.index() > 0) {
                throw new StorageException("The log is damaged: " + directory.mark()
                        + ": neither slot can be read, so it is not known which entries were acknowledged. "
                        + Damage.REMEDY);
            }
            return;
        }
        Path last = directory.segment(open.firstIndex());
        if (mark.durableIndex() > end.index()) {
            String what = "the log ends here, but entries up to " + mark.durableIndex() + " were durable";
            throw new Damage(last, open.size(), end.index() + 1, what).toException();
        }
        if (mark.durableIndex() > 0 && !mark.durableHash().equals(hashAt(mark.durableIndex()))) {
            String what = "its hash is not the one in durable.mark: log and mark are not of one history";
            throw new Damage(last, 0, mark.durableIndex(), what).toException();
        }
        if (mark.durableIndex() < open.firstIndex()) {
            offsetAfterMark = 0;
        }
    }

    private ChainHash hashAt(long index) throws IOException {
        if (hashAtMark != null) {
            return hashAtMark;
        }
        for (Seal seal : closed) {
            if (index == seal.end().index()) {
                return seal.end().hash();
            }
            if (index < seal.end().index()) {
                return readHash(seal, index);
            }
        }
        return ChainHash.ZERO;
    }

    private ChainHash readHash(Seal seal, long index) throws IOException {
        Path file = directory.segment(seal.before().index() + 1);
        int point = seal.sparse().floorOfIndex(index);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            LineScanner lines = new LineScanner(channel::read, seal.sparse().offset(point), seal.size());
            EntryCursor cursor = new EntryCursor(
                    file, lines, seal.sparse().index(point), null, seal.before().term());
            while (cursor.nextIndex() < index && cursor.skip()) {
                // only the entry at the mark matters here
            }
            LogEntry entry = cursor.next();
            if (entry == null) {
                throw Objects.requireNonNullElse(
                                cursor.damage(), new Damage(file, cursor.offset(), index, "the file ends here"))
                        .toException();
            }
            return entry.hash();
        }
    }

    /// Carries out what the check found: replaces bad seals, cuts the torn tail, opens the last segment again, and
    /// makes
    /// what follows the mark durable. After a crash at any point of it the next check finds the same log.
    void apply() throws IOException {
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
        if (tornTail != null) {
            LOG.atWarn()
                    .addKeyValue(EventAction.FIELD, EventAction.TORN_TAIL_CUT)
                    .log("{}; a torn tail, younger than the durable mark and never acknowledged: cut", tornTail);
        }
        if (emptySegment != null) {
            Files.delete(emptySegment);
        }
        Files.deleteIfExists(directory.seal(open.firstIndex()));
        DataDirectory.fsyncDirectory(directory.log());
        Path file = directory.segment(open.firstIndex());
        if (Files.exists(file)) {
            writeTailAgain(file);
        }
    }

    /// S7: after a failed fsync the page cache may show what is not on the disk. Writing the same bytes to the same
    /// place
    /// makes the next fsync put them there; cutting them first would open a gap in which a second crash loses them.
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
