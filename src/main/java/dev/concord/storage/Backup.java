package dev.concord.storage;

import dev.concord.protocol.ClusterId;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.LogSnapshot;
import dev.concord.protocol.MalformedEntryException;
import dev.concord.runtime.StorageException;
import dev.concord.storage.BackupManifest.SegmentDigest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// A backup that is being taken: a folder with the same segments that every node of the cluster has, and a
/// manifest.
///
/// Entries are given in order, from whichever node; each is verified against the one before, so lines of two
/// histories cannot mix. A run goes on where the last one ended, finished or not: closed segments are never
/// touched again. Nothing counts before [#complete].
///
/// One thread. Any failure of the disk is a [StorageException]; the next run finds what was made durable
/// before it.
public final class Backup implements AutoCloseable {
    /// Lines gathered before they are written.
    private static final int BATCH_BYTES = 1 << 20;

    private final DataDirectory directory;
    private final DirectoryLock lock;
    private BackupManifest manifest;
    private final SegmentedLog log;
    private final DurableMark mark;
    private final List<LogEntry> batch = new ArrayList<>();
    private LogEnd end;
    private int batchBytes;
    private int level;

    private Backup(
            DataDirectory directory,
            SegmentLimits limits,
            DirectoryLock lock,
            BackupManifest manifest,
            StartUpCheck check)
            throws IOException {
        this.directory = directory;
        this.lock = lock;
        this.manifest = manifest;
        level = Math.max(manifest.level(), check.start().configuration().level());
        end = check.open().end();
        mark = DurableMark.open(directory.mark(), new DurableMark.Value(end.index(), end.hash(), end.index()));
        List<Segment> closed =
                check.closed().stream().map(s -> Segment.closed(directory, s)).toList();
        log = new SegmentedLog(directory, limits, closed, check.open());
    }

    /// What a finished run has done.
    ///
    /// @param segments how many files the backup has
    public record Summary(String cluster, long index, long seq, String hash, int segments) {}

    /// Opens a backup to go on with it, or begins one in a folder that is empty or not there.
    ///
    /// @throws StorageException if the folder holds something else, or a damaged backup
    public static Backup open(Path folder) {
        return open(folder, SegmentLimits.DEFAULT);
    }

    static Backup open(Path folder, SegmentLimits limits) {
        DataDirectory directory = new DataDirectory(folder);
        try {
            if (Files.isDirectory(folder)
                    && BackupManifest.read(directory) == null
                    && !DataDirectory.isUnused(folder)) {
                throw new StorageException(folder + " is not empty and no backup. Name another folder.");
            }
            directory.create();
            DirectoryLock lock = DirectoryLock.take(directory.lock());
            try {
                return open(directory, limits, lock);
            } catch (IOException | RuntimeException e) {
                lock.close();
                throw e;
            }
        } catch (IOException e) {
            throw DataDirectory.failure("write the backup in", folder, e);
        }
    }

    private static Backup open(DataDirectory directory, SegmentLimits limits, DirectoryLock lock) throws IOException {
        BackupManifest found = BackupManifest.read(directory);
        if (found == null) {
            found = BackupManifest.NOTHING;
            found.write(directory); // from here on the folder is known as a backup
        }
        StartUpCheck check;
        try {
            check = StartUpCheck.of(directory, limits, false);
        } catch (StorageException e) {
            throw damaged(directory.root(), String.valueOf(e.getMessage()).replace(Damage.REMEDY, ""));
        }
        if (check.damage() != null) { // nobody repairs a backup
            throw damaged(directory.root(), "the log is damaged: " + check.damage() + ".");
        }
        if (check.open().end().index() < found.end().index()) {
            throw damaged(
                    directory.root(),
                    "it ends at entry " + check.open().end().index() + " instead of "
                            + found.end().index() + ".");
        }
        directory.removeTemporaryFiles();
        check.apply();
        return new Backup(directory, limits, lock, found, check);
    }

    private static StorageException damaged(Path folder, String what) {
        return new StorageException("The backup in " + folder + " cannot be continued: " + what.strip()
                + " Begin a new one in another folder.");
    }

    /// Begins behind a snapshot of the log, for a cluster whose retention has removed its first entries (C5).
    ///
    /// @param line of the snapshot
    /// @throws MalformedEntryException if it is none
    public void beginBehind(byte[] line) {
        LogSnapshot snapshot = LogSnapshot.parse(line);
        if (end.index() > 0) {
            throw new StorageException("The backup in " + directory.root() + " ends at entry " + end.index()
                    + ", and the cluster has removed the entries up to " + snapshot.index()
                    + ". Keep it, and begin a new one in another folder.");
        }
        try {
            SnapshotFiles.write(directory, snapshot);
            for (Segment gone : log.restartBehind(LogEnd.of(snapshot))) {
                Files.deleteIfExists(gone.file());
            }
        } catch (IOException e) {
            throw DataDirectory.failure("write the backup in", directory.root(), e);
        }
        end = LogEnd.of(snapshot);
        level = Math.max(level, snapshot.configuration().level());
    }

    /// Index of the last entry that is there, from complete runs or not.
    public long lastIndex() {
        return end.index();
    }

    /// Whose history this is; empty before the first run is complete.
    public String cluster() {
        return Objects.toString(manifest.cluster(), "");
    }

    /// Adds the line of the next entry (without line feed).
    ///
    /// @throws MalformedEntryException if it is not the next entry of this history
    public void append(byte[] line) {
        LogEntry entry = LogEntry.parse(line);
        if (entry.index() != end.index() + 1) {
            throw new MalformedEntryException("entry " + entry.index() + " where " + (end.index() + 1) + " was due");
        }
        if (!entry.follows(end.hash()) || entry.term().isBefore(end.term())) {
            throw new MalformedEntryException("entry " + entry.index()
                    + " does not continue this backup: it is of another history, or was changed on its way");
        }
        if (entry.kind() == LogEntry.Kind.CONFIG) {
            level = Math.max(level, entry.configuration().level());
        }
        end = end.then(entry);
        batch.add(entry);
        batchBytes += entry.sizeInBytes();
        if (batchBytes >= BATCH_BYTES) {
            write();
        }
    }

    private void write() {
        try {
            log.append(batch);
        } catch (IOException e) {
            throw DataDirectory.failure("write the backup in", directory.root(), e);
        }
        batch.clear();
        batchBytes = 0;
    }

    /// Makes everything durable and says so in the manifest.
    ///
    /// @param cluster whose history it is
    /// @param takenAt for people
    public Summary complete(String cluster, String takenAt) {
        write();
        try {
            makeDurable();
            manifest = new BackupManifest(ClusterId.of(cluster), end, takenAt, digests(), level);
            manifest.write(directory);
        } catch (IOException e) {
            throw DataDirectory.failure("write the backup in", directory.root(), e);
        }
        return new Summary(
                cluster,
                end.index(),
                end.seq(),
                end.hash().toString(),
                manifest.segments().size());
    }

    private void makeDurable() throws IOException {
        log.force();
        mark.writeDurably(new DurableMark.Value(end.index(), end.hash(), end.index()));
    }

    /// Of closed segments the digest is known from the run that closed them, or made once.
    private List<SegmentDigest> digests() throws IOException {
        List<SegmentDigest> digests = new ArrayList<>();
        List<Long> firsts = directory.segments();
        for (int i = 0; i < firsts.size(); i++) {
            long first = firsts.get(i);
            boolean last = i == firsts.size() - 1;
            long lastIndex = last ? end.index() : firsts.get(i + 1) - 1;
            long bytes = Files.size(directory.segment(first));
            SegmentDigest known = manifest.segments().stream()
                    .filter(d -> d.firstIndex() == first && d.lastIndex() == lastIndex && d.bytes() == bytes)
                    .findFirst()
                    .orElse(null);
            digests.add(
                    known != null
                            ? known
                            : new SegmentDigest(
                                    first, lastIndex, bytes, FileCopy.sha256(directory.segment(first), bytes)));
        }
        return digests;
    }

    /// Keeps what was received of a run that was not completed, if the disk still takes it.
    @Override
    public void close() {
        try (lock;
                mark;
                log) {
            write();
            makeDurable();
        } catch (IOException | StorageException e) {
            // The run has failed already, or was complete: what is behind the mark is cut by the next one.
        }
    }

    /// Whether this folder is a backup, complete or not.
    public static boolean isBackup(Path folder) {
        return Files.exists(new DataDirectory(folder).manifest());
    }
}
