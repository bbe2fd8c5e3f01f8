package dev.concord.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// Writes lines at the end of the open segment, many with one system call. One thread, never interrupted (S2): an
/// interrupt would close the channel in the middle of a write.
final class SegmentWriter implements AutoCloseable {
    /// Bytes gathered for one write.
    static final int BUFFER_BYTES = 1 << 20;

    private final ByteBuffer buffer;
    private final Path file;
    private final FileChannel channel;
    private long written;
    private boolean dirty;

    private SegmentWriter(Path file, FileChannel channel, long size, ByteBuffer buffer) {
        this.file = file;
        this.channel = channel;
        this.written = size;
        this.buffer = buffer;
    }

    static ByteBuffer newBuffer() {
        return ByteBuffer.allocateDirect(BUFFER_BYTES);
    }

    /// Opens a segment to append after its first `size` bytes; a new file is made durable in its directory.
    static SegmentWriter open(Path file, long size, ByteBuffer buffer) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (size == 0) {
            Path directory = file.toAbsolutePath().getParent();
            if (directory != null) {
                DataDirectory.fsyncDirectory(directory);
            }
        }
        return new SegmentWriter(file, channel, size, buffer.clear());
    }

    /// Adds a line and its line feed to what the next [#flush] writes.
    void put(byte[] line) throws IOException {
        if (buffer.remaining() <= line.length) {
            flush();
        }
        buffer.put(line).put((byte) '\n');
    }

    /// Hands everything to the operating system.
    void flush() throws IOException {
        int length = buffer.flip().remaining();
        if (length > 0) {
            dirty = true;
            DataDirectory.writeFully(channel, buffer, written);
            written += length;
        }
        buffer.clear();
    }

    /// Makes everything durable that was put here.
    void force() throws IOException {
        flush();
        if (dirty) {
            channel.force(false);
            dirty = false;
        }
    }

    /// Cuts the file, durably.
    void truncate(long size) throws IOException {
        buffer.clear();
        channel.truncate(size);
        channel.force(true);
        written = size;
        dirty = false;
    }

    Path file() {
        return file;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
