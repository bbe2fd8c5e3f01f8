package dev.concord.storage;

import dev.concord.protocol.ByteSearch;
import dev.concord.protocol.LogEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/// Finds the lines in a stretch of a file, reading it in chunks. Works on bytes: a damaged file has no text. One
/// thread.
final class LineScanner {
    /// Bytes asked for at once: more than the longest line.
    static final int CHUNK_BYTES = 128 << 10;

    /// Reads like a file channel: at most the buffer's remaining bytes from `position`, or -1 at the end.
    @FunctionalInterface
    interface Source {
        int read(ByteBuffer target, long position) throws IOException;
    }

    private final Source source;
    private final long end;
    private final byte[] chunk;
    private long chunkOffset;
    private int length;
    private int lineStart;
    private int lineEnd;
    private int nextStart;
    private boolean exhausted;

    LineScanner(Source source, long from, long end) {
        this.source = source;
        this.end = end;
        chunkOffset = from;
        chunk = new byte[Math.clamp(end - from, 1, CHUNK_BYTES)];
    }

    /// Goes to the next complete line.
    ///
    /// @return false if there is none; then [#offset] is where it should have started
    boolean next() throws IOException {
        lineStart = nextStart;
        int at = lineStart;
        while (true) {
            int lineFeed = ByteSearch.indexOf(chunk, (byte) '\n', at, length);
            if (lineFeed >= 0) {
                lineEnd = lineFeed;
                nextStart = lineFeed + 1;
                return true;
            }
            at = length;
            if (length - lineStart > LogEntry.MAX_LINE_BYTES || exhausted) {
                lineEnd = length;
                return false;
            }
            at -= lineStart;
            fill();
        }
    }

    private void fill() throws IOException {
        System.arraycopy(chunk, lineStart, chunk, 0, length - lineStart);
        chunkOffset += lineStart;
        length -= lineStart;
        lineStart = 0;
        nextStart = 0;
        int wanted = (int) Math.min(chunk.length - length, end - chunkOffset - length);
        int read = wanted <= 0 ? -1 : source.read(ByteBuffer.wrap(chunk, length, wanted), chunkOffset + length);
        if (read <= 0) {
            exhausted = true;
        } else {
            length += read;
        }
    }

    /// File offset of the line.
    long offset() {
        return chunkOffset + lineStart;
    }

    /// Bytes of the line, without its line feed; after a false [#next], of what is there instead of a line.
    int lineLength() {
        return lineEnd - lineStart;
    }

    byte[] line() {
        return Arrays.copyOfRange(chunk, lineStart, lineEnd);
    }
}
