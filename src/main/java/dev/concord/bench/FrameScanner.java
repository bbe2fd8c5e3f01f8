package dev.concord.bench;

import java.util.Arrays;

/// Takes the bytes of a WebSocket as they come from a server and finds the STOMP frames in them. One connection, one
/// thread.
final class FrameScanner {
    private static final int CLOSE = 8;
    private static final int SHORT_LENGTH = 126;
    private static final int LONG_LENGTH = 127;

    private final byte[] header = new byte[10];
    private int headerBytes;
    private long payloadLeft;
    private boolean control;
    private byte[] begun = new byte[512];
    private int begunBytes;
    private boolean closed;

    /// Gets each frame, without the NUL at its end.
    @FunctionalInterface
    interface Visitor {
        void frame(byte[] bytes, int from, int to);
    }

    /// Whether the server has said good-bye.
    boolean isClosed() {
        return closed;
    }

    void feed(byte[] bytes, int from, int to, Visitor visitor) {
        int at = from;
        while (at < to && !closed) {
            if (payloadLeft == 0) {
                header[headerBytes++] = bytes[at++];
                beginPayload();
            } else {
                int part = (int) Math.min(payloadLeft, to - at);
                if (!control) {
                    scan(bytes, at, at + part, visitor);
                }
                at += part;
                payloadLeft -= part;
            }
        }
    }

    private void beginPayload() {
        if (headerBytes < 2) {
            return;
        }
        int length = header[1] & 0x7f;
        int extra = length == SHORT_LENGTH ? 2 : length == LONG_LENGTH ? 8 : 0;
        if (headerBytes < 2 + extra) {
            return;
        }
        long payload = length;
        if (extra > 0) {
            payload = 0;
            for (int i = 0; i < extra; i++) {
                payload = payload << 8 | header[2 + i] & 0xff;
            }
        }
        int opcode = header[0] & 0x0f;
        control = opcode >= CLOSE;
        closed = opcode == CLOSE;
        payloadLeft = payload;
        headerBytes = 0;
    }

    private void scan(byte[] bytes, int from, int to, Visitor visitor) {
        int start = from;
        for (int i = from; i < to; i++) {
            if (bytes[i] == 0) {
                if (begunBytes == 0) {
                    visit(bytes, start, i, visitor);
                } else {
                    keep(bytes, start, i);
                    visit(begun, 0, begunBytes, visitor);
                    begunBytes = 0;
                }
                start = i + 1;
            }
        }
        keep(bytes, start, to);
    }

    /// Line ends before a frame are heart-beats.
    private static void visit(byte[] bytes, int from, int to, Visitor visitor) {
        int start = from;
        while (start < to && (bytes[start] == '\n' || bytes[start] == '\r')) {
            start++;
        }
        visitor.frame(bytes, start, to);
    }

    private void keep(byte[] bytes, int from, int to) {
        int length = to - from;
        if (begunBytes + length > begun.length) {
            begun = Arrays.copyOf(begun, Math.max(begunBytes + length, 2 * begun.length));
        }
        System.arraycopy(bytes, from, begun, begunBytes, length);
        begunBytes += length;
    }
}
