package dev.concord.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// Copies data folders, and damages copies of them.
final class DataFolders {
    private DataFolders() {}

    static void copy(Path from, Path to) {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.write(target, Files.readAllBytes(file));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Segments, oldest first.
    static List<Path> segments(Path folder) {
        DataDirectory directory = new DataDirectory(folder);
        try {
            return directory.segments().stream().map(directory::segment).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// All files below a folder, by name.
    static List<Path> files(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void write(Path file, byte[] content) {
        try {
            Files.write(file, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Inverts one bit.
    static void flip(Path file, int offset, int bit) {
        byte[] content = read(file);
        content[offset] ^= (byte) (1 << bit);
        write(file, content);
    }
}
