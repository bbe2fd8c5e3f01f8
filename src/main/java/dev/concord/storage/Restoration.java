package dev.concord.storage;

import dev.concord.protocol.Peer;
import dev.concord.runtime.StorageException;
import dev.concord.storage.BackupManifest.SegmentDigest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// Makes the data folder of a founding node from a backup (see [NewCluster]). The identity is written last: a folder
/// whose restore was interrupted cannot be started, and the next restore begins it anew.
public final class Restoration {
    private Restoration() {}

    /// What was made.
    ///
    /// @param index the last entry of the backup; the new cluster's first own one follows it
    public record Restored(String cluster, String formerCluster, long index, long seq, String hash) {}

    /// @param node id and addresses of the node; its store id is not looked at
    /// @throws StorageException if the backup is not good, or the folder is not empty
    public static Restored restore(Path backup, Path target, Peer node, long nowMillis) {
        BackupVerification good = BackupVerification.of(backup);
        DataDirectory directory = new DataDirectory(target);
        try {
            if (!DataDirectory.isUnused(target) && !isUnfinished(directory)) {
                throw new StorageException(
                        target + " is not empty. A restore makes a new data folder: move this one away first.");
            }
            directory.create();
            try (var _ = DirectoryLock.take(directory.lock())) {
                begin(directory);
                return restore(good, directory, node, nowMillis);
            }
        } catch (IOException e) {
            throw DataDirectory.failure("restore into", target, e);
        }
    }

    private static boolean isUnfinished(DataDirectory directory) {
        return Files.exists(directory.restoring()) && !Files.exists(directory.metaA());
    }

    /// Marks the folder, then removes what an earlier try left in it.
    private static void begin(DataDirectory directory) throws IOException {
        DataDirectory.replace(
                directory.restoring(), "a restore is under way or was interrupted\n".getBytes(StandardCharsets.UTF_8));
        try (Stream<Path> files = Files.list(directory.log())) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        for (long index : directory.snapshots()) {
            Files.delete(directory.snapshot(index));
        }
        Files.deleteIfExists(directory.mark());
    }

    private static Restored restore(BackupVerification good, DataDirectory directory, Peer node, long nowMillis)
            throws IOException {
        if (!good.start().isStart()) {
            SnapshotFiles.write(directory, good.start());
        }
        List<SegmentSummary> summaries = good.summaries();
        for (int i = 0; i < summaries.size(); i++) {
            SegmentDigest segment = good.manifest().segments().get(i);
            Path source = good.directory().segment(segment.firstIndex());
            String digest = FileCopy.copy(source, segment.bytes(), directory.segment(segment.firstIndex()));
            if (!digest.equals(segment.sha256())) {
                throw new StorageException(source + " was changed while it was copied. Restore again.");
            }
            if (i < summaries.size() - 1) {
                summaries.get(i).toSeal().write(directory.seal(segment.firstIndex()));
            }
        }
        DataDirectory.fsyncDirectory(directory.log());
        NewCluster cluster = NewCluster.of(node);
        LogEnd end = good.manifest().end();
        cluster.found(
                directory, SegmentLimits.DEFAULT, summaries, good.configuration(), end.term(), end.index(), nowMillis);
        Files.delete(directory.restoring());
        DataDirectory.fsyncDirectory(directory.root());
        return new Restored(
                cluster.cluster().toString(),
                String.valueOf(good.manifest().cluster()),
                end.index(),
                end.seq(),
                end.hash().toString());
    }
}
