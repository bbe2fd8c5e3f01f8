package dev.concord.storage;

import dev.concord.protocol.ChainHash;
import dev.concord.protocol.ClusterId;
import dev.concord.protocol.MalformedEntryException;
import dev.concord.protocol.Term;
import dev.concord.runtime.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a backup holds for certain: written when a run is complete, and not before. What lies behind it in the folder
/// is the beginning of a run that was interrupted.
///
/// @param cluster whose history it is; null before the first run is complete
/// @param end the last entry
/// @param takenAt wall-clock time, for people
/// @param segments the files, oldest first; of the last one only the first `bytes` count
/// @param level what may be in the log (V4)
record BackupManifest(
        @Nullable ClusterId cluster, LogEnd end, String takenAt, List<SegmentDigest> segments, int level) {
    static final BackupManifest NOTHING = new BackupManifest(null, LogEnd.START, "", List.of(), 1);

    BackupManifest {
        segments = List.copyOf(segments);
    }

    /// @param sha256 of the first `bytes` bytes; once a segment is closed, the same on every node
    record SegmentDigest(long firstIndex, long lastIndex, long bytes, String sha256) {}

    boolean isComplete() {
        return cluster != null;
    }

    /// The manifest in this folder, or null if it is no backup.
    ///
    /// @throws StorageException if there is one that cannot be used
    static @Nullable BackupManifest read(DataDirectory directory) throws IOException {
        Path file = directory.manifest();
        if (!Files.exists(file)) {
            return null;
        }
        try {
            return CheckedJson.read(Files.readAllBytes(file), Text.class).toManifest();
        } catch (MalformedEntryException | IllegalArgumentException e) {
            throw new StorageException(
                    "The manifest of the backup, " + file + ", is damaged: " + e.getMessage()
                            + ". Use another copy of the backup, or begin a new one in another folder.",
                    e);
        }
    }

    void write(DataDirectory directory) throws IOException {
        DataDirectory.replace(directory.manifest(), CheckedJson.write(Text.of(this)));
    }

    /// `version` is the level.
    private record Text(
            int version,
            @Nullable String clusterId,
            long lastIndex,
            long lastTerm,
            String lastHash,
            long lastSeq,
            long lastAtMs,
            String takenAt,
            List<SegmentDigest> segments) {

        static Text of(BackupManifest manifest) {
            LogEnd end = manifest.end;
            return new Text(
                    manifest.level,
                    manifest.cluster == null ? null : manifest.cluster.toString(),
                    end.index(),
                    end.term().value(),
                    end.hash().toString(),
                    end.seq(),
                    end.atMillis(),
                    manifest.takenAt,
                    manifest.segments);
        }

        BackupManifest toManifest() {
            return new BackupManifest(
                    clusterId == null ? null : ClusterId.of(clusterId),
                    new LogEnd(lastIndex, new Term(lastTerm), ChainHash.parse(lastHash), lastSeq, lastAtMs),
                    takenAt,
                    segments,
                    version);
        }
    }
}
