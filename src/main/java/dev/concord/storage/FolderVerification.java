package dev.concord.storage;

import dev.concord.protocol.ChainHash;
import dev.concord.protocol.Configuration;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.LogSnapshot;
import dev.concord.protocol.MalformedEntryException;
import dev.concord.protocol.Meta;
import dev.concord.runtime.StorageException;
import dev.concord.storage.VerificationReport.Problem;
import dev.concord.storage.VerificationReport.SegmentFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads one data folder as a whole and writes nothing. The node may be running: what it is just writing
/// lies behind its durable mark, where an unfinished line is no fault.
final class FolderVerification {
    private static final String IN_REPAIR = "the node is repairing its log from the others: entries that it has "
            + "acknowledged may still be missing (quarantine/ has what was damaged)";

    private final DataDirectory directory;
    private final List<SegmentSummary> summaries = new ArrayList<>();
    private final List<SegmentFile> segments = new ArrayList<>();
    private final List<Problem> problems = new ArrayList<>();
    private final Map<String, Long> recentKeys = new LinkedHashMap<>();
    private Configuration configuration = Configuration.EMPTY;
    private DurableMark.Value mark = DurableMark.Value.ZERO;
    private LogSnapshot start = LogSnapshot.START;
    private LogEnd end = LogEnd.START;
    private long lastSeqSeen;
    private @Nullable SegmentView view;

    private FolderVerification(Path folder) {
        directory = new DataDirectory(folder);
    }

    /// How often a folder is read again because retention removed something of it meanwhile.
    private static final int MAX_TRIES = 5;

    static FolderVerification of(Path folder) throws IOException {
        for (int tries = 1; ; tries++) {
            try {
                return once(folder);
            } catch (NoSuchFileException e) {
                if (tries == MAX_TRIES) {
                    throw e;
                }
            }
        }
    }

    private static FolderVerification once(Path folder) throws IOException {
        FolderVerification verification = new FolderVerification(folder);
        if (!Files.isDirectory(folder)) {
            throw new StorageException("There is no folder " + folder + ".");
        }
        verification.readLog();
        return verification;
    }

    VerificationReport.Folder report() throws IOException {
        Meta meta = meta();
        return new VerificationReport.Folder(
                directory.root(),
                meta,
                end.index(),
                end.seq(),
                end.hash(),
                mark.durableIndex(),
                mark.commitIndex(),
                segments,
                problems);
    }

    /// Reads single entries of what was found good.
    SegmentReader reader(SegmentFiles files) {
        SegmentView good = view;
        if (good == null) {
            good = new SegmentView(
                    summaries.stream().map(s -> Segment.open(directory, s)).toList());
            view = good;
        }
        SegmentView shown = good;
        return new SegmentReader(() -> shown, files);
    }

    private @Nullable Meta meta() throws IOException {
        if (Files.exists(directory.manifest())) { // a backup is nobody
            return null;
        }
        List<MetaFile.Copy> copies = MetaFile.copies(directory);
        MetaFile.Copy newest = MetaFile.newest(copies);
        for (MetaFile.Copy copy : copies) {
            if (copy.meta() == null) {
                problem(copy.file(), -1, copy.problem(), newest == null);
            }
        }
        Meta meta = newest == null ? null : newest.meta();
        if (meta != null && meta.repairing()) {
            problem(directory.log(), -1, IN_REPAIR, false);
        }
        return meta;
    }

    private void readLog() throws IOException {
        DurableMark.Value first = DurableMark.read(directory.mark());
        mark = first == null ? mark : first;
        beginBehind(SnapshotFiles.in(directory));
        List<Long> firsts = directory.segments().stream()
                .filter(at -> at > start.index()) // the rest is what a crash has left of a removal
                .toList();
        for (long firstIndex : firsts) {
            Path file = directory.segment(firstIndex);
            if (firstIndex != end.index() + 1) {
                if (!SnapshotFiles.in(directory).newest().equals(start)) {
                    throw new NoSuchFileException(file.toString()); // retention was faster: look again
                }
                problem(file, 0, "entries " + (end.index() + 1) + " to " + (firstIndex - 1) + " are missing", true);
                return;
            }
            if (!readSegment(file, firstIndex == firsts.getLast(), first == null ? 0 : first.durableIndex())) {
                return;
            }
        }
        compareWithMark(first);
    }

    private void beginBehind(SnapshotFiles snapshots) {
        for (Damage damage : snapshots.damaged()) {
            problem(damage.file(), 0, damage.what(), true);
        }
        start = snapshots.newest();
        end = LogEnd.of(start);
        lastSeqSeen = start.seq();
        configuration = start.configuration();
    }

    /// @return whether the next segment can be read as its continuation
    private boolean readSegment(Path file, boolean isLast, long durableIndex) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            MessageDigest digest = sha256();
            long size = channel.size();
            SegmentScan scan = SegmentScan.of(
                    file,
                    digesting(channel, digest),
                    size,
                    end,
                    SegmentLimits.DEFAULT,
                    Long.MAX_VALUE,
                    (e, o) -> check(file, e, o));
            SegmentSummary summary = scan.summary();
            Damage damage = scan.damage();
            Path sealFile = directory.seal(summary.firstIndex());
            summaries.add(summary);
            segments.add(new SegmentFile(
                    file,
                    summary.firstIndex(),
                    summary.lastIndex(),
                    size,
                    damage == null ? HexFormat.of().formatHex(digest.digest()) : "",
                    Files.exists(sealFile)));
            end = summary.end();
            if (damage != null) {
                boolean torn = isLast && damage.index() > durableIndex;
                String consequence = torn
                        ? " (being written, or torn in a crash and never acknowledged)"
                        : "; what follows was not verified";
                problem(file, damage.offset(), "entry " + damage.index() + ": " + damage.what() + consequence, !torn);
                return isLast;
            }
            if (!isLast) {
                checkSeal(sealFile, summary.toSeal());
            }
            return true;
        }
    }

    private void checkSeal(Path file, Seal expected) throws IOException {
        if (!Files.exists(file)) {
            problem(file, -1, "the seal is missing; the next start writes it again", false);
            return;
        }
        try {
            Seal seal = Seal.read(file);
            if (!seal.fits(expected.before(), expected.size())
                    || !seal.end().equals(expected.end())
                    || !seal.rooms().equals(expected.rooms())
                    || !seal.changes().equals(expected.changes())) {
                problem(file, -1, "the seal does not describe its segment", true);
            }
        } catch (MalformedEntryException e) {
            problem(file, -1, e.getMessage() + "; the next start writes the seal again", false);
        }
    }

    private void compareWithMark(DurableMark.@Nullable Value first) throws IOException {
        DurableMark.Value now = DurableMark.read(directory.mark());
        if (now == null || first == null) {
            problem(directory.mark(), -1, "neither slot can be read", end.index() > 0);
            return;
        }
        mark = now.durableIndex() < first.durableIndex() ? now : first; // a running node may just have cut its log
        if (mark.durableIndex() > end.index()) {
            String what = "the log ends at entry " + end.index() + ", but entries up to " + mark.durableIndex()
                    + " were durable";
            problem(directory.log(), -1, what, true);
        }
    }

    /// What the storage itself does not judge, but the protocol promises: dense numbers (I8), no key twice
    /// (I9).
    private void check(Path file, LogEntry entry, long offset) {
        if (entry.kind() == LogEntry.Kind.CONFIG) {
            configuration = entry.configuration();
        }
        if (!entry.isChat()) {
            return;
        }
        long expected = lastSeqSeen + 1;
        if (entry.seq() != expected) {
            problem(file, offset, "message " + entry.seq() + " where " + expected + " was due", true);
        }
        lastSeqSeen = entry.seq();
        Long earlier = recentKeys.putIfAbsent(entry.body().key(), entry.seq());
        if (earlier != null) {
            problem(file, offset, "message " + entry.seq() + " has the id of message " + earlier, true);
        }
        Iterator<Long> oldest = recentKeys.values().iterator();
        while (recentKeys.size() > configuration.dedupWindow()) {
            oldest.next();
            oldest.remove();
        }
    }

    private void problem(Path file, long offset, String what, boolean isFailure) {
        problems.add(new Problem(file, offset, what, isFailure));
    }

    DataDirectory directory() {
        return directory;
    }

    /// What was found good, oldest first; the last of them is open.
    List<SegmentSummary> summaries() {
        return summaries;
    }

    /// The last good entry.
    LogEnd end() {
        return end;
    }

    /// The configuration in force there.
    Configuration configuration() {
        return configuration;
    }

    long commitIndex() {
        return Math.max(start.index(), Math.min(mark.commitIndex(), end.index()));
    }

    /// What the log begins behind.
    LogSnapshot start() {
        return start;
    }

    /// The hash of the entry at an index that was found good, and not removed by retention.
    ChainHash hashAt(long index, SegmentFiles files) {
        return index == start.index()
                ? start.hash()
                : reader(files).read(index, index, 0).getFirst().hash();
    }

    /// Number of messages up to an index that was found good.
    long seqAt(long index, SegmentFiles files) {
        return index == start.index() ? start.seq() : reader(files).seqAt(index);
    }

    private static LineScanner.Source digesting(FileChannel channel, MessageDigest digest) {
        return (target, position) -> {
            ByteBuffer bytes = target.duplicate();
            int read = channel.read(target, position);
            if (read > 0) {
                digest.update(bytes.limit(bytes.position() + read));
            }
            return read;
        };
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
