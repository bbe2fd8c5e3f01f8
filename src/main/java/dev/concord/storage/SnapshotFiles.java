package dev.concord.storage;

import dev.concord.protocol.LogSnapshot;
import dev.concord.protocol.MalformedEntryException;
import dev.concord.runtime.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The snapshot that a log begins behind, once retention has removed its first segments (C5):
/// `snapshot-<index>.json`, one line and a line feed.
///
/// A new one is durable before anything that it stands for is removed, and before the one it replaces is. So there
/// may be two after a crash; the newest good one counts.
///
/// @param newest [LogSnapshot#START] if there is none
/// @param damaged files that cannot be used, with what is wrong with them
/// @param outdated files that the newest one replaces
record SnapshotFiles(LogSnapshot newest, List<Damage> damaged, List<Path> outdated) {
    static SnapshotFiles in(DataDirectory directory) throws IOException {
        List<Damage> damaged = new ArrayList<>();
        List<Path> outdated = new ArrayList<>();
        LogSnapshot newest = LogSnapshot.START;
        for (long index : directory.snapshots().reversed()) {
            Path file = directory.snapshot(index);
            if (!newest.isStart()) {
                outdated.add(file);
                continue;
            }
            try {
                newest = read(file, index);
            } catch (MalformedEntryException | IllegalArgumentException e) {
                damaged.add(new Damage(file, 0, index, "the snapshot cannot be used: " + e.getMessage()));
            }
        }
        return new SnapshotFiles(newest, damaged, outdated);
    }

    private static LogSnapshot read(Path file, long index) throws IOException {
        if (Files.size(file) > LogSnapshot.MAX_BYTES + 1) {
            throw new MalformedEntryException(
                    "it has " + Files.size(file) + " bytes, at most " + LogSnapshot.MAX_BYTES + " are taken");
        }
        byte[] bytes = Files.readAllBytes(file);
        if (bytes.length == 0 || bytes[bytes.length - 1] != '\n') {
            throw new MalformedEntryException("it does not end with a line feed");
        }
        LogSnapshot snapshot = LogSnapshot.parse(Arrays.copyOf(bytes, bytes.length - 1));
        if (snapshot.index() != index) {
            throw new MalformedEntryException("it says index " + snapshot.index());
        }
        return snapshot;
    }

    /// Writes a snapshot durably.
    static void write(DataDirectory directory, LogSnapshot snapshot) throws IOException {
        byte[] line = snapshot.line();
        if (line.length > LogSnapshot.MAX_BYTES) {
            throw new StorageException("The snapshot of the log at entry " + snapshot.index() + " would have "
                    + line.length + " bytes, at most " + LogSnapshot.MAX_BYTES + ". Turn retention off.");
        }
        byte[] file = Arrays.copyOf(line, line.length + 1);
        file[line.length] = (byte) '\n';
        DataDirectory.replace(directory.snapshot(snapshot.index()), file);
    }

    /// Removes all snapshots before this one, which is durable.
    static void removeBefore(DataDirectory directory, LogSnapshot snapshot) throws IOException {
        for (long index : directory.snapshots()) {
            if (index < snapshot.index()) {
                Files.deleteIfExists(directory.snapshot(index));
            }
        }
    }

    /// What is wrong with the damaged ones, in words; empty if none is.
    String damage() {
        StringBuilder text = new StringBuilder();
        damaged.forEach(d -> text.append("; ").append(d.file()).append(": ").append(d.what()));
        return text.toString();
    }
}
