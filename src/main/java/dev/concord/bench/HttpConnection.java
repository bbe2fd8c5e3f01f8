package dev.concord.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/// One HTTP/1.1 connection that stays open: sends a request that is ready, and reads the answer with a length or in
/// chunks. Not for several threads, but one may send while another reads.
final class HttpConnection implements AutoCloseable {
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final byte[] LENGTH = "\r\nContent-Length: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CHUNKED = "\r\nTransfer-Encoding: chunked".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] END_OF_HEAD = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int STATUS_AT = "HTTP/1.1 ".length();

    private final Target target;
    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private byte[] buffer = new byte[BUFFER_BYTES];
    private int from;
    private int to;

    HttpConnection(Target target) throws IOException {
        this.target = target;
        this.socket = target.connect();
        this.in = socket.getInputStream();
        this.out = socket.getOutputStream();
    }

    /// @param chunked whether the answer comes in pieces, which are to be read by [#chunk]
    /// @param bodyBytes length of the answer, if it does not
    record Head(int status, boolean chunked, int bodyBytes) {}

    void write(byte[] bytes, int length) throws IOException {
        out.write(bytes, 0, length);
    }

    /// Reads the head of an answer.
    Head head() throws IOException {
        int end = Bytes.indexOf(buffer, from, to, END_OF_HEAD);
        while (end < 0) {
            fill();
            end = Bytes.indexOf(buffer, from, to, END_OF_HEAD);
        }
        int status = (int) Bytes.number(buffer, from + STATUS_AT, end);
        boolean chunked = Bytes.indexOf(buffer, from, end, CHUNKED) >= 0;
        int length = Bytes.indexOf(buffer, from, end, LENGTH);
        int bodyBytes = length < 0 ? 0 : (int) Bytes.number(buffer, length + LENGTH.length, end);
        from = end + END_OF_HEAD.length;
        return new Head(status, chunked, bodyBytes);
    }

    /// Reads the body of an answer of known length.
    String body(Head head) throws IOException {
        need(head.bodyBytes());
        String text = new String(buffer, from, head.bodyBytes(), StandardCharsets.UTF_8);
        from += head.bodyBytes();
        return text;
    }

    /// The same without looking at it.
    void skipBody(Head head) throws IOException {
        need(head.bodyBytes());
        from += head.bodyBytes();
    }

    /// Reads the next chunk of the body, whatever its lines are, and hands it on; false at the end.
    boolean chunk(Piece piece) throws IOException {
        int lineEnd = indexOfLineFeed();
        while (lineEnd < 0) {
            fill();
            lineEnd = indexOfLineFeed();
        }
        int size = hex(from, lineEnd);
        from = lineEnd + 1;
        need(size + 2);
        if (size > 0) {
            piece.accept(buffer, from, from + size);
        }
        from += size + 2;
        return size > 0;
    }

    /// Takes a part of a body.
    interface Piece {
        void accept(byte[] bytes, int from, int to) throws IOException;
    }

    private int indexOfLineFeed() {
        for (int i = from; i < to; i++) {
            if (buffer[i] == '\n') {
                return i;
            }
        }
        return -1;
    }

    private int hex(int at, int end) throws IOException {
        String digits = new String(buffer, at, end - at, StandardCharsets.US_ASCII).strip();
        try {
            return Integer.parseInt(digits, 16);
        } catch (NumberFormatException e) {
            throw new IOException(target.authority() + " sent no chunk but " + digits, e);
        }
    }

    private void need(int bytes) throws IOException {
        while (to - from < bytes) {
            fill();
        }
    }

    private void fill() throws IOException {
        if (from == to) {
            from = 0;
            to = 0;
        } else if (to == buffer.length) {
            byte[] room = from == 0 ? new byte[buffer.length * 2] : buffer;
            System.arraycopy(buffer, from, room, 0, to - from);
            buffer = room;
            to -= from;
            from = 0;
        }
        int read = in.read(buffer, to, buffer.length - to);
        if (read < 0) {
            throw new IOException(target.authority() + " closed the connection");
        }
        to += read;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
