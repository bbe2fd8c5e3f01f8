package dev.concord.storage;

import dev.concord.runtime.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The files of one node and how they are created, replaced and removed so that a crash at any point leaves
/// the old state or the new one (section 3).
record DataDirectory(Path root) {
    private static final Pattern SEGMENT_NAME = Pattern.compile("\\d{20}\\.jsonl");
    private static final Pattern SEAL_NAME = Pattern.compile("\\d{20}\\.seal");
    private static final Pattern KEYS_NAME = Pattern.compile("\\d{20}\\.keys");
    private static final Pattern SNAPSHOT_NAME = Pattern.compile("snapshot-([1-9]\\d{0,15})\\.json");
    private static final String TEMPORARY = ".tmp";

    Path lock() {
        return root.resolve("lock");
    }

    Path metaA() {
        return root.resolve("meta.a");
    }

    Path metaB() {
        return root.resolve("meta.b");
    }

    Path mark() {
        return root.resolve("durable.mark");
    }

    Path log() {
        return root.resolve("log");
    }

    /// What stands for the entries up to an index that retention removed (C5).
    Path snapshot(long index) {
        return root.resolve("snapshot-" + index + ".json");
    }

    /// Indexes of the snapshots that are there, ascending.
    List<Long> snapshots() throws IOException {
        if (!Files.isDirectory(root)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(root)) {
            return files.map(f -> SNAPSHOT_NAME.matcher(f.getFileName().toString()))
                    .filter(Matcher::matches)
                    .map(m -> Long.parseLong(m.group(1)))
                    .sorted()
                    .toList();
        }
    }

    /// Of a backup: what it holds for certain.
    Path manifest() {
        return root.resolve("backup.json");
    }

    /// There while a restore is under way.
    Path restoring() {
        return root.resolve("restoring");
    }

    /// What was done to this folder when a majority was lost.
    Path recoveryRecord() {
        return root.resolve("recovery.log");
    }

    Path quarantine() {
        return root.resolve("quarantine");
    }

    Path segment(long firstIndex) {
        return log().resolve(String.format("%020d.jsonl", firstIndex));
    }

    Path seal(long firstIndex) {
        return log().resolve(String.format("%020d.seal", firstIndex));
    }

    /// What a start need not read the segments for; not in their folder, which is the same on all nodes.
    Path keys() {
        return root.resolve("keys");
    }

    /// The idempotency keys of a segment: a [KeyFile].
    Path keys(long firstIndex) {
        return keys().resolve(String.format("%020d.keys", firstIndex));
    }

    /// First indexes of the segments that are there, ascending.
    List<Long> segments() throws IOException {
        return firstIndexes(log(), SEGMENT_NAME);
    }

    /// First indexes of the segments that have a seal, ascending.
    List<Long> seals() throws IOException {
        return firstIndexes(log(), SEAL_NAME);
    }

    /// First indexes of the segments whose keys are there, ascending.
    List<Long> keyFiles() throws IOException {
        return firstIndexes(keys(), KEYS_NAME);
    }

    private static List<Long> firstIndexes(Path folder, Pattern name) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(f -> f.getFileName().toString())
                    .filter(n -> name.matcher(n).matches())
                    .map(n -> Long.parseLong(n.substring(0, 20)))
                    .sorted()
                    .toList();
        }
    }

    /// Whether a folder is missing, or has nothing in it but what a new volume or a lock leaves there.
    static boolean isUnused(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return true;
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.allMatch(
                    f -> f.endsWith("lock") && Files.isRegularFile(f) || f.endsWith("lost+found") || isEmptyLog(f));
        }
    }

    private static boolean isEmptyLog(Path file) {
        if (!file.endsWith("log") || !Files.isDirectory(file)) {
            return false;
        }
        String[] names = file.toFile().list();
        return names != null && names.length == 0;
    }

    void create() throws IOException {
        Files.createDirectories(log());
        fsyncDirectory(root);
        Path parent = root.toAbsolutePath().getParent();
        if (parent != null) {
            fsyncDirectory(parent);
        }
    }

    /// Replaces a small file: temporary file, fsync, rename, fsync of the directory.
    static void replace(Path file, byte[] content) throws IOException {
        Path temporary = temporary(file);
        try (FileChannel channel = FileChannel.open(
                temporary, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            writeFully(channel, ByteBuffer.wrap(content), 0);
            channel.force(true);
        }
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        fsyncDirectory(parent(file));
    }

    /// Moves a damaged file out of the way, keeping it for examination.
    ///
    /// @return where it is now
    Path toQuarantine(Path file) throws IOException {
        Files.createDirectories(quarantine());
        Path target = freeName(file);
        Files.move(file, target, StandardCopyOption.ATOMIC_MOVE);
        fsyncDirectory(quarantine());
        fsyncDirectory(root);
        return target;
    }

    /// Keeps a copy of a damaged file, durably.
    ///
    /// @return where it is
    Path copyToQuarantine(Path file) throws IOException {
        Files.createDirectories(quarantine());
        Path target = freeName(file);
        FileCopy.copy(file, Files.size(file), target);
        fsyncDirectory(quarantine());
        fsyncDirectory(root);
        return target;
    }

    /// Gives a damaged file, if it is there, another name in quarantine, without reading it: its bytes may be
    /// unreadable. Its own name can then be given to another.
    void linkIntoQuarantine(Path file) throws IOException {
        if (Files.exists(file)) {
            Files.createDirectories(quarantine());
            Files.createLink(freeName(file), file);
            fsyncDirectory(quarantine());
            fsyncDirectory(root);
        }
    }

    /// What a file is written as before it gets its name; a start removes what a crash has left of it.
    static Path temporary(Path file) {
        return file.resolveSibling(file.getFileName() + TEMPORARY);
    }

    private Path freeName(Path file) {
        Path target = quarantine().resolve(file.getFileName().toString());
        for (int n = 2; Files.exists(target); n++) {
            target = quarantine().resolve(file.getFileName() + "." + n);
        }
        return target;
    }

    /// Removes what a crash left behind of a replacement that was never completed.
    void removeTemporaryFiles() throws IOException {
        List<Path> left = new ArrayList<>();
        for (Path folder : List.of(root, log())) {
            try (Stream<Path> files = Files.list(folder)) {
                files.filter(f -> f.getFileName().toString().endsWith(TEMPORARY))
                        .forEach(left::add);
            }
        }
        for (Path file : left) {
            Files.deleteIfExists(file);
        }
    }

    /// Makes creations, renames and removals in a directory durable (trap 15).
    static void fsyncDirectory(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    static void writeFully(FileChannel channel, ByteBuffer source, long position) throws IOException {
        long at = position;
        while (source.hasRemaining()) {
            at += channel.write(source, at);
        }
    }

    /// A failed file operation as the caller must see it: the process halts on it (S4).
    static StorageException failure(String doing, Path file, IOException cause) {
        return new StorageException(
                "Cannot " + doing + " " + file + ": " + cause + ". Check the disk and its free space and the rights of "
                        + "the folder, then start the node again.",
                cause);
    }

    private static Path parent(Path file) {
        Path parent = file.toAbsolutePath().getParent();
        if (parent == null) {
            throw new IllegalArgumentException("no file in a folder: " + file);
        }
        return parent;
    }
}
