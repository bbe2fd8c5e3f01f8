package dev.concord.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// Copies the beginning of a file, durably, and tells the digest of what it has read.
final class FileCopy {
    private static final int CHUNK_BYTES = 1 << 20;

    private FileCopy() {}

    /// The digest of the first `bytes` bytes.
    static String sha256(Path file, long bytes) throws IOException {
        try (FileChannel from = FileChannel.open(file, StandardOpenOption.READ)) {
            return read(file, from, null, bytes);
        }
    }

    /// Copies the first `bytes` bytes to a new file and returns their digest. The caller fsyncs the directory.
    static String copy(Path file, long bytes, Path target) throws IOException {
        try (FileChannel from = FileChannel.open(file, StandardOpenOption.READ);
                FileChannel to = FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            String digest = read(file, from, to, bytes);
            to.force(true);
            return digest;
        }
    }

    private static String read(
            Path file, FileChannel from, @org.jspecify.annotations.Nullable FileChannel to, long bytes)
            throws IOException {
        MessageDigest digest = digest();
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
        long at = 0;
        while (at < bytes) {
            chunk.clear().limit((int) Math.min(chunk.capacity(), bytes - at));
            int read = from.read(chunk, at);
            if (read <= 0) {
                throw new IOException(file + " ends at byte " + at + " instead of " + bytes);
            }
            digest.update(chunk.array(), 0, read);
            if (to != null) {
                DataDirectory.writeFully(to, chunk.flip(), at);
            }
            at += read;
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
