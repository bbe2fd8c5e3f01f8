package dev.concord.web;

import dev.concord.protocol.ByteSearch;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/// Splits a stream into lines without copying them: a line is a part of the buffer until the next is read. A
/// line longer than the limit is passed over as it comes, and never held. Used by one thread.
final class LineReader {
    private static final int FIRST_BYTES = 32 * 1024;

    private final InputStream in;
    private final int mostBytes;
    private byte[] buffer = new byte[FIRST_BYTES];
    private int filled;
    private int from;
    private int to;
    private int nextLine;
    private long number;
    private boolean tooLong;
    private boolean ended;

    LineReader(InputStream in, int mostBytes) {
        this.in = in;
        this.mostBytes = mostBytes;
    }

    /// Goes to the next line.
    ///
    /// @return false at the end
    boolean next() throws IOException {
        from = nextLine;
        tooLong = false;
        number++;
        int searched = from;
        while (true) {
            int end = lineFeed(searched);
            if (end >= 0) {
                to = end;
                nextLine = end + 1;
                tooLong |= to - from > mostBytes;
                return true;
            }
            if (filled - from > mostBytes) {
                tooLong = true; // keep nothing of it, but go on to its end
                from = filled;
            }
            if (ended) {
                to = filled;
                nextLine = filled;
                return to > from || tooLong;
            }
            searched = makeRoomAndRead();
        }
    }

    /// Moves the unfinished line to the front, reads more, and returns where the new bytes begin.
    private int makeRoomAndRead() throws IOException {
        if (from > 0) {
            System.arraycopy(buffer, from, buffer, 0, filled - from);
            filled -= from;
            from = 0;
        }
        if (filled == buffer.length) {
            buffer = Arrays.copyOf(buffer, 2 * buffer.length);
        }
        int searched = filled;
        int count = in.read(buffer, filled, buffer.length - filled);
        if (count < 0) {
            ended = true;
        } else {
            filled += count;
        }
        return searched;
    }

    private int lineFeed(int searched) {
        return ByteSearch.indexOf(buffer, (byte) '\n', searched, filled);
    }

    /// The limit of a line.
    int mostBytes() {
        return mostBytes;
    }

    byte[] buffer() {
        return buffer;
    }

    /// Where the line begins in the buffer.
    int from() {
        return from;
    }

    /// Where the line ends, without its line feed.
    int to() {
        return to;
    }

    /// The number of the line, from 1.
    long number() {
        return number;
    }

    /// Whether the line was longer than the limit, and is not in the buffer.
    boolean isTooLong() {
        return tooLong;
    }

    boolean isBlank() {
        for (int i = from; i < to; i++) {
            if (buffer[i] != ' ' && buffer[i] != '\t' && buffer[i] != '\r') {
                return false;
            }
        }
        return !tooLong;
    }
}
