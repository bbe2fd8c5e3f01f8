package dev.concord.client;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Splits a stream into lines of bytes, each given as soon as its line feed is there.
final class Lines {
    /// Longest line: a message at its largest, with room to spare.
    static final int MAX_LINE_BYTES = 256 * 1024;

    private final InputStream in;
    private byte[] buffer = new byte[16 * 1024];
    private int from;
    private int to;

    Lines(InputStream in) {
        this.in = in;
    }

    /// The next line without its end, or null at the end of the stream. A last line without line feed counts.
    ///
    /// @throws BadAnswerException for a line that is too long
    byte @Nullable [] next() throws IOException {
        int searched = from;
        while (true) {
            for (int i = searched; i < to; i++) {
                if (buffer[i] == '\n') {
                    int end = i > from && buffer[i - 1] == '\r' ? i - 1 : i;
                    byte[] line = Arrays.copyOfRange(buffer, from, end);
                    from = i + 1;
                    return line;
                }
            }
            searched = to - from;
            makeRoom();
            int read = in.read(buffer, to, buffer.length - to);
            if (read < 0) {
                byte[] rest = Arrays.copyOfRange(buffer, from, to);
                from = to;
                return rest.length == 0 ? null : rest;
            }
            to += read;
        }
    }

    private void makeRoom() throws BadAnswerException {
        if (from > 0) {
            System.arraycopy(buffer, from, buffer, 0, to - from);
            to -= from;
            from = 0;
        }
        if (to == buffer.length) {
            if (to >= MAX_LINE_BYTES) {
                throw new BadAnswerException("a line of more than " + MAX_LINE_BYTES + " bytes");
            }
            buffer = Arrays.copyOf(buffer, 2 * buffer.length);
        }
    }
}
