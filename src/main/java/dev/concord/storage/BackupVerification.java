package dev.concord.storage;

import dev.concord.protocol.Configuration;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.LogSnapshot;
import dev.concord.runtime.StorageException;
import dev.concord.storage.BackupManifest.SegmentDigest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Reads a backup as a whole: every entry with its checksum and its place in the hash chain, every number, and the
/// manifest with the digests of the files. Writes nothing.
public final class BackupVerification {
    private final DataDirectory directory;
    private final BackupManifest manifest;
    private final List<SegmentSummary> summaries = new ArrayList<>();
    private Configuration configuration = Configuration.EMPTY;
    private LogSnapshot start = LogSnapshot.START;
    private LogEnd end = LogEnd.START;
    private long lastSeq;

    private BackupVerification(DataDirectory directory, BackupManifest manifest) {
        this.directory = directory;
        this.manifest = manifest;
    }

    /// What a good backup holds.
    ///
    /// @param firstSeq its first message
    public record Report(String cluster, long firstSeq, long index, long seq, String hash, String takenAt) {}

    /// @throws StorageException naming the first thing that is not as it must be
    public static Report verify(Path folder) {
        BackupVerification verification = of(folder);
        BackupManifest manifest = verification.manifest;
        LogEnd end = manifest.end();
        return new Report(
                String.valueOf(manifest.cluster()),
                verification.start.firstSeq(),
                end.index(),
                end.seq(),
                end.hash().toString(),
                manifest.takenAt());
    }

    static BackupVerification of(Path folder) {
        DataDirectory directory = new DataDirectory(folder);
        try {
            BackupManifest manifest = BackupManifest.read(directory);
            if (manifest == null) {
                throw new StorageException("There is no backup in " + folder + ": it has no backup.json.");
            }
            if (!manifest.isComplete()) {
                throw new StorageException("The backup in " + folder + " was never completed. Run concord backup --to "
                        + folder + " again: it goes on where it stopped.");
            }
            BackupVerification verification = new BackupVerification(directory, manifest);
            verification.read();
            return verification;
        } catch (IOException e) {
            throw DataDirectory.failure("read the backup in", folder, e);
        }
    }

    private void read() throws IOException {
        beginBehind(SnapshotFiles.in(directory));
        for (SegmentDigest segment : manifest.segments()) {
            Path file = directory.segment(segment.firstIndex());
            if (!Files.exists(file)) {
                throw damaged(file, "it is missing");
            }
            if (segment.firstIndex() != end.index() + 1) {
                throw damaged(file, "it does not follow the segment before it");
            }
            SegmentScan scan = SegmentScan.of(
                    file, end, SegmentLimits.DEFAULT, segment.lastIndex(), (e, offset) -> check(file, e));
            if (scan.damage() != null) {
                throw damaged(
                        file,
                        "byte " + scan.damage().offset() + ", entry "
                                + scan.damage().index() + ": " + scan.damage().what());
            }
            end = scan.summary().end();
            if (end.index() != segment.lastIndex() || scan.summary().size() != segment.bytes()) {
                throw damaged(file, "it ends at entry " + end.index() + " instead of " + segment.lastIndex());
            }
            if (!FileCopy.sha256(file, segment.bytes()).equals(segment.sha256())) {
                throw damaged(file, "its SHA-256 is not the one in backup.json");
            }
            summaries.add(scan.summary());
        }
        if (!end.equals(manifest.end())) {
            throw damaged(
                    directory.manifest(),
                    "it says that the history ends with entry " + manifest.end().index()
                            + " and another hash than the log");
        }
    }

    private void beginBehind(SnapshotFiles snapshots) {
        for (Damage bad : snapshots.damaged()) {
            throw damaged(bad.file(), bad.what());
        }
        start = snapshots.newest();
        end = LogEnd.of(start);
        lastSeq = start.seq();
        configuration = start.configuration();
    }

    /// What the history in it begins behind.
    LogSnapshot start() {
        return start;
    }

    private void check(Path file, LogEntry entry) {
        switch (entry.kind()) {
            case CHAT -> {
                if (entry.seq() != lastSeq + 1) {
                    throw damaged(file, "message " + entry.seq() + " where " + (lastSeq + 1) + " was due");
                }
                lastSeq = entry.seq();
            }
            case CONFIG -> configuration = entry.configuration();
            case NOOP -> {}
        }
    }

    private static StorageException damaged(Path file, String what) {
        return new StorageException(
                "The backup is damaged: " + file + ": " + what + ". Use another copy of it, or take a new one.");
    }

    BackupManifest manifest() {
        return manifest;
    }

    DataDirectory directory() {
        return directory;
    }

    /// The segments as far as the manifest speaks of them, oldest first.
    List<SegmentSummary> summaries() {
        return summaries;
    }

    /// The configuration in force at the end.
    Configuration configuration() {
        return configuration;
    }
}
