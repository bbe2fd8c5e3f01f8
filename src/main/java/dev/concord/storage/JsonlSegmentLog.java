package dev.concord.storage;

import dev.concord.node.EventAction;
import dev.concord.node.Recovery;
import dev.concord.protocol.ChainHash;
import dev.concord.protocol.Levels;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.LogSnapshot;
import dev.concord.protocol.Meta;
import dev.concord.protocol.NodeId;
import dev.concord.runtime.DurableLog;
import dev.concord.runtime.LogReader;
import dev.concord.runtime.MendableLog;
import dev.concord.runtime.RetainableLog;
import dev.concord.runtime.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The log and the meta record as files in one directory:
///
/// ```
/// lock                               held by the process that uses the directory (S1)
/// meta.a  meta.b                     who this node is and what it promised, twice (S5)
/// snapshot-<index>.json              what stands for the entries before the first segment, if any were removed (C5)
/// durable.mark                       how far the log survived an fsync (S6)
/// log/00000000000000000001.jsonl     a segment, named by its first index; one entry, one line
/// log/00000000000000000001.seal      beside a segment that is closed: what is in it
/// keys/00000000000000000001.keys     of the newest segments: their idempotency keys, for a fast start
/// quarantine/                        what was found damaged, and cut or replaced
/// ```
///
/// One fsync of one file makes a batch durable; the mark is a small write after it.
public final class JsonlSegmentLog implements DurableLog, MendableLog, RetainableLog {
    private static final Logger LOG = LoggerFactory.getLogger(JsonlSegmentLog.class);

    private final DataDirectory directory;
    private final NodeId self;
    private final SegmentLimits limits;
    private final Levels levels;
    private volatile @Nullable Opened opened;
    private long commitIndex;
    private volatile long damages;
    private volatile LogSnapshot start = LogSnapshot.START;
    private final Queue<Segment> leftOver = new ConcurrentLinkedQueue<>();

    private record Opened(
            DirectoryLock lock, MetaFile meta, DurableMark mark, SegmentedLog log, SegmentReader reader) {}

    public JsonlSegmentLog(Path directory, NodeId self) {
        this(directory, self, SegmentLimits.DEFAULT);
    }

    public JsonlSegmentLog(Path directory, NodeId self, SegmentLimits limits) {
        this(directory, self, limits, Levels.FIRST);
    }

    /// @param levels what this program knows: a directory of another level is refused
    public JsonlSegmentLog(Path directory, NodeId self, SegmentLimits limits, Levels levels) {
        this.levels = levels;
        this.directory = new DataDirectory(directory);
        this.self = self;
        this.limits = limits;
    }

    @Override
    public Recovery recover() {
        if (opened != null) {
            throw new IllegalStateException("this log is open already");
        }
        try {
            directory.create();
            DirectoryLock lock = DirectoryLock.take(directory.lock());
            try {
                return recover(lock);
            } catch (IOException | RuntimeException e) {
                lock.close();
                throw e;
            }
        } catch (IOException e) {
            throw DataDirectory.failure("open the data directory", directory.root(), e);
        }
    }

    private Recovery recover(DirectoryLock lock) throws IOException {
        boolean hasLog = !directory.segments().isEmpty() || Files.exists(directory.mark());
        MetaFile meta = MetaFile.open(directory, self, hasLog, levels);
        StartUpCheck check = StartUpCheck.of(directory, limits, meta.meta().repairing());
        // Nothing was changed up to here, so a start that is refused leaves all as it was.
        directory.removeTemporaryFiles();
        meta.mend();
        LogEnd end = check.open().end();
        if (check.damage() == null || meta.meta().clusterId() == null) { // of a member of nothing nobody was told
            check.apply();
        } else {
            cutDamage(check, check.damage(), meta);
        }
        start = check.start();
        commitIndex = Math.max(start.index(), Math.min(check.mark().commitIndex(), end.index()));
        DurableMark mark =
                DurableMark.open(directory.mark(), new DurableMark.Value(end.index(), end.hash(), commitIndex));
        List<Segment> closed =
                check.closed().stream().map(s -> Segment.closed(directory, s)).toList();
        SegmentedLog log = new SegmentedLog(directory, limits, closed, check.open());
        OpenContents contents = check.contents();
        SegmentReader reader = log.reader(this::start, contents);
        opened = new Opened(lock, meta, mark, log, reader);
        StoredHistory history = new StoredHistory(reader, start, check.closed(), check.open());
        log.writeKeys(history.dedupWindow(commitIndex), contents == null ? null : contents.keys());
        return history.toRecovery(meta.meta(), commitIndex, directory, limits, contents);
    }

    /// P1: from here on this member counts for nothing, until it has again what it has acknowledged. The
    /// flag is durable
    /// before anything is cut, or a crash in between would leave a log that is short and looks whole.
    private void cutDamage(StartUpCheck check, Damage damage, MetaFile meta) throws IOException {
        meta.write(meta.meta().withRepairing(true));
        damages = 1;
        List<Path> kept = check.apply();
        LOG.atError()
                .addKeyValue(EventAction.FIELD, EventAction.LOG_DAMAGED)
                .log(
                        "the log is damaged: {}; kept up to entry {}, in quarantine: {}; this node counts for nothing"
                                + " until it has got back from the others what it had acknowledged",
                        damage,
                        check.open().lastIndex(),
                        kept);
    }

    /// Damage found in this log since the start of the process, the start included.
    public long damages() {
        return damages;
    }

    @Override
    public void append(List<LogEntry> entries) {
        Opened files = opened();
        try {
            files.log.append(entries);
        } catch (IOException e) {
            throw DataDirectory.failure("write to", directory.log(), e);
        }
    }

    @Override
    public void sync() {
        Opened files = opened();
        try {
            files.log.force();
        } catch (IOException e) {
            throw DataDirectory.failure("fsync", directory.log(), e);
        }
        try {
            files.mark.write(present(files));
        } catch (IOException e) {
            throw DataDirectory.failure("write", directory.mark(), e);
        }
    }

    @Override
    public void flushMark() {
        Opened files = opened();
        try {
            files.mark.flush();
        } catch (IOException e) {
            throw DataDirectory.failure("fsync", directory.mark(), e);
        }
    }

    /// The mark for a log that is durable to its end. It never calls an entry committed that it does not call durable.
    private DurableMark.Value present(Opened files) {
        LogEnd end = files.log.end();
        return new DurableMark.Value(end.index(), end.hash(), Math.min(commitIndex, end.index()));
    }

    @Override
    public void rewind(long fromIndex) {
        Opened files = opened();
        long last = files.log.lastIndex();
        if (fromIndex <= commitIndex || fromIndex > last) {
            throw new IllegalArgumentException(
                    "cannot cut from " + fromIndex + ": committed " + commitIndex + ", last " + last); // I5
        }
        try {
            if (files.mark.value().durableIndex() >= fromIndex) {
                long kept = fromIndex - 1;
                ChainHash hash = kept == start.index()
                        ? start.hash()
                        : files.reader.read(kept, kept, 0).getFirst().hash();
                files.mark.writeDurably(new DurableMark.Value(kept, hash, Math.min(commitIndex, kept)));
            }
            files.log.cutFrom(fromIndex);
        } catch (IOException e) {
            throw DataDirectory.failure("cut the log in", directory.log(), e);
        }
    }

    @Override
    public void noteCommit(long index) {
        commitIndex = Math.max(commitIndex, index);
    }

    @Override
    public void writeMeta(Meta meta) {
        Opened files = opened();
        try {
            files.meta.write(meta);
        } catch (IOException e) {
            throw DataDirectory.failure("write the meta record in", directory.root(), e);
        }
    }

    @Override
    public long lastIndex() {
        return opened().log.lastIndex();
    }

    @Override
    public LogReader reader() {
        return opened().reader;
    }

    // --- retention (C5)

    @Override
    public List<RetainableLog.Part> parts() {
        List<Segment> segments = opened().log.view().segments();
        List<RetainableLog.Part> parts = new ArrayList<>();
        for (int i = 0; i + 1 < segments.size(); i++) {
            LogEnd end = segments.get(i + 1).before();
            long bytes = segments.get(i).extent().size();
            parts.add(new RetainableLog.Part(end.index(), end.seq(), bytes, end.atMillis()));
        }
        return parts;
    }

    @Override
    public long bytes() {
        return opened().log.view().segments().stream()
                .mapToLong(s -> s.extent().size())
                .sum();
    }

    @Override
    public LogSnapshot start() {
        return start;
    }

    @Override
    public LogSnapshot snapshotAt(long lastIndex) {
        LogSnapshot from = start;
        Opened files = opened();
        List<Seal> seals = new ArrayList<>();
        SegmentView view = files.log.view();
        try {
            for (Segment segment : view.segments()) {
                if (segment.firstIndex() > from.index() && segment.firstIndex() <= lastIndex) {
                    seals.add(files.log.sealOf(segment));
                }
            }
        } catch (IOException e) {
            if (!view.equals(files.log.view())) {
                throw new NoSuchElementException("the log was replaced meanwhile");
            }
            throw DataDirectory.failure("read the seals in", directory.log(), e);
        }
        return new StoredHistory(files.reader, from, seals)
                .snapshotAt(seals.getLast().end());
    }

    @Override
    public void trim(LogSnapshot snapshot) {
        Opened files = opened();
        boolean ends = files.log.view().segments().stream()
                .skip(1)
                .anyMatch(s -> s.before().equals(LogEnd.of(snapshot)));
        if (!ends) {
            return; // the log was replaced meanwhile
        }
        try {
            files.log.force();
            files.mark.writeDurably(present(files)); // it never lies before the beginning of the log
            SnapshotFiles.write(directory, snapshot);
            start = snapshot;
            leftOver.addAll(files.log.trim(snapshot.index()));
            SnapshotFiles.removeBefore(directory, snapshot);
        } catch (IOException e) {
            throw DataDirectory.failure("write a snapshot in", directory.root(), e);
        }
    }

    @Override
    public void install(LogSnapshot snapshot) {
        Opened files = opened();
        if (files.log.lastIndex() >= snapshot.index() || snapshot.index() <= commitIndex) {
            throw new IllegalArgumentException("a snapshot at entry " + snapshot.index()
                    + " in the place of a log up to " + files.log.lastIndex() + ", committed " + commitIndex);
        }
        try {
            files.log.force();
            SnapshotFiles.write(directory, snapshot); // from here on a start knows that the log before it is no more
            commitIndex = snapshot.index();
            start = snapshot;
            leftOver.addAll(files.log.restartBehind(LogEnd.of(snapshot)));
            files.mark.writeDurably(present(files));
            sweep();
            SnapshotFiles.removeBefore(directory, snapshot);
            DataDirectory.fsyncDirectory(directory.root());
        } catch (IOException e) {
            throw DataDirectory.failure("install a snapshot in", directory.root(), e);
        }
    }

    @Override
    public void sweep() {
        try {
            for (Segment gone = leftOver.poll(); gone != null; gone = leftOver.poll()) {
                Files.deleteIfExists(gone.file());
                Files.deleteIfExists(gone.sealFile());
                Files.deleteIfExists(directory.keys(gone.firstIndex()));
            }
            DataDirectory.fsyncDirectory(directory.log());
        } catch (IOException e) {
            throw DataDirectory.failure("remove segments in", directory.log(), e);
        }
    }

    // --- mending (S9)

    @Override
    public List<MendableLog.Part> closedParts(long committed) {
        return opened().log.view().segments().stream()
                .filter(s -> s.isClosed() && s.extent().lastIndex() <= committed)
                .map(s -> new MendableLog.Part(s.firstIndex(), s.extent().lastIndex()))
                .toList();
    }

    @Override
    public String damageOf(MendableLog.Part part, Pace pace) {
        Segment segment = closed(part);
        String damage = SegmentScrub.damageOf(segment, end(part), limits, pace);
        boolean removed = !opened().log.view().segments().contains(segment);
        return removed ? "" : damage;
    }

    @Override
    public Mending mend(MendableLog.Part part) {
        try {
            return opened().log.mend(closed(part), end(part));
        } catch (IOException e) {
            throw DataDirectory.failure("write in", directory.log(), e);
        }
    }

    private Segment closed(MendableLog.Part part) {
        SegmentView view = opened().log.view();
        int at = view.ofIndex(part.firstIndex());
        if (at < 0) {
            throw new NoSuchElementException("entries up to " + part.lastIndex() + " were removed by retention");
        }
        return view.segments().get(at);
    }

    /// The segment after it knows how it ends.
    private LogEnd end(MendableLog.Part part) {
        SegmentView view = opened().log.view();
        return view.segments().get(view.ofIndex(part.lastIndex()) + 1).before();
    }

    /// Bytes that readers, start-up included, have read from segments other than to scan the last one.
    long bytesReadBack() {
        return opened().log.bytesRead();
    }

    /// How often readers have opened a segment.
    long segmentsOpened() {
        return opened().log.openings();
    }

    @Override
    public void close() {
        Opened files = opened;
        if (files == null) {
            return;
        }
        opened = null;
        try {
            files.log.force();
            files.mark.writeDurably(present(files));
            files.log.close();
            files.mark.close();
            files.lock.close(); // last, and not at all after a failure: the process halts then (S4)
        } catch (IOException e) {
            throw DataDirectory.failure("close the log in", directory.root(), e);
        }
    }

    private Opened opened() {
        Opened files = opened;
        if (files == null) {
            throw new StorageException("The log in " + directory.root() + " is not open.");
        }
        return files;
    }
}
