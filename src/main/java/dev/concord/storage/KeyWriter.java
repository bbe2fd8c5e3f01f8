package dev.concord.storage;

import dev.concord.protocol.LogEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Writes the [KeyFile] of the open segment along with it, a few kilobytes at a time, so that none of it has to be in
/// memory until the segment is closed. Until then the file has no end, and nobody uses it. One thread, never
/// interrupted (S2).
final class KeyWriter implements AutoCloseable {
    private static final int BUFFER_BYTES = 1 << 15;

    private final Path file;
    private final KeyList buffer;
    private final KeyFile.Checksums checksums = new KeyFile.Checksums();
    private @Nullable FileChannel channel;
    private long written;
    private int count;

    private KeyWriter(Path file, long before) {
        this.file = file;
        buffer = new KeyList(before);
    }

    /// For a segment whose keys are not written.
    static KeyWriter none(Path file) {
        return new KeyWriter(file, 0);
    }

    /// Begins the file anew.
    ///
    /// @param present the keys of the entries that the segment has already
    static KeyWriter open(Path file, KeyList present) throws IOException {
        KeyWriter writer = new KeyWriter(file, present.lastIndex());
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        writer.channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
        writer.write(ByteBuffer.wrap(KeyFile.magic()));
        writer.write(present);
        writer.count = present.count();
        return writer;
    }

    void add(LogEntry entry) throws IOException {
        if (channel == null || !entry.isChat()) {
            return;
        }
        buffer.add(entry);
        count++;
        if (buffer.sizeInBytes() >= BUFFER_BYTES) {
            flush();
        }
    }

    /// The segment is closed, and so is its file.
    void finish(LogEnd end) throws IOException {
        flush();
        write(ByteBuffer.wrap(KeyFile.tail(count, end)));
        write(ByteBuffer.allocate(Long.BYTES).putLong(checksums.value()).flip());
        closeChannel();
    }

    /// Gives the file up: what it holds is no longer what its segment holds.
    void discard() throws IOException {
        closeChannel();
        Files.deleteIfExists(file);
    }

    private void flush() throws IOException {
        write(buffer);
        buffer.clear();
    }

    private void write(KeyList keys) throws IOException {
        for (ByteBuffer piece : keys.pieces()) {
            write(piece);
        }
    }

    private void write(ByteBuffer bytes) throws IOException {
        FileChannel open = channel;
        int length = bytes.remaining();
        if (open == null) {
            return;
        }
        if (written + length > KeyFile.MAX_BYTES) {
            discard();
            return;
        }
        checksums.update(bytes);
        DataDirectory.writeFully(open, bytes, written);
        written += length;
    }

    /// Leaves the file without an end.
    @Override
    public void close() throws IOException {
        flush();
        closeChannel();
    }

    private void closeChannel() throws IOException {
        FileChannel open = channel;
        channel = null;
        if (open != null) {
            open.close();
        }
    }
}
