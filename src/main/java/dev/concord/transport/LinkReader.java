package dev.concord.transport;

import static dev.concord.transport.TransportLimits.MAX_FRAME_HEADER_BYTES;
import static dev.concord.transport.TransportLimits.MAX_HANDSHAKE_LINE_BYTES;

import dev.concord.protocol.ByteSearch;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Reads a connection: lines while the handshake lasts, frames afterwards. Every limit is checked before anything is
/// parsed, and before memory is taken for it (T1). For one thread.
final class LinkReader {
    private static final int FIRST_BUFFER_BYTES = 4 << 10;
    private static final int BUFFER_BYTES = 64 << 10;
    /// After so many frames in a row that would have fitted the usual buffer, the larger one goes.
    private static final int SMALL_FRAMES = 100;

    private final Socket socket;
    private final InputStream in;
    private final TransportStatistics statistics;
    private byte[] buffer = new byte[FIRST_BUFFER_BYTES];
    /// What was received and not yet returned is `[at, limit)` of the buffer.
    private int at;

    private int limit;
    private int smallFrames;
    private @Nullable FrameSeal seal;
    private long frameNumber;
    private int bodyStart;
    private int bodyEnd;

    LinkReader(Socket socket, TransportStatistics statistics) throws IOException {
        this.socket = socket;
        this.in = socket.getInputStream();
        this.statistics = statistics;
    }

    /// A line of the handshake, without its line feed. It must be complete at the deadline.
    ///
    /// @throws SocketTimeoutException at the deadline
    /// @throws EOFException if the peer closes before
    byte[] readLine(long deadlineNanos) throws IOException, ViolationException {
        int end = lineEnd(MAX_HANDSHAKE_LINE_BYTES);
        while (end < 0) {
            long left = (deadlineNanos - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                throw new SocketTimeoutException("no complete line in time");
            }
            socket.setSoTimeout((int) left);
            room(Math.min(MAX_HANDSHAKE_LINE_BYTES + 1, limit - at + FIRST_BUFFER_BYTES));
            if (!receive()) {
                throw new EOFException("the peer closed the connection in the handshake");
            }
            end = lineEnd(MAX_HANDSHAKE_LINE_BYTES);
        }
        byte[] line = Arrays.copyOfRange(buffer, at, end);
        at = end + 1;
        return line;
    }

    /// Ends the handshake. What follows are frames, and the link is given up after `idle` without a byte.
    void expectFrames(@Nullable FrameSeal incoming, Duration idle) throws IOException {
        seal = incoming;
        socket.setSoTimeout((int) idle.toMillis());
    }

    /// Reads the next frame and checks its number and MAC (T3). Its body is `[bodyStart, bodyEnd)` of
    /// [#array] until the next call.
    ///
    /// @return false if the peer has closed the link, between two frames
    boolean readFrame() throws IOException, ViolationException {
        giveBackRoom();
        int headerEnd = lineEnd(MAX_FRAME_HEADER_BYTES);
        while (headerEnd < 0) {
            room(BUFFER_BYTES);
            if (!receive()) {
                return closedBetweenFrames();
            }
            headerEnd = lineEnd(MAX_FRAME_HEADER_BYTES);
        }
        FrameHeader header = FrameHeader.parse(buffer, at, headerEnd);
        at = headerEnd + 1;
        while (limit - at < header.bytes()) {
            room(header.bytes());
            if (!receive()) {
                throw new EOFException("the link was cut within a frame");
            }
        }
        smallFrames = header.bytes() > BUFFER_BYTES ? 0 : smallFrames + 1;
        bodyStart = at;
        bodyEnd = at + header.bytes();
        at = bodyEnd;
        check(header);
        statistics.frameIn();
        return true;
    }

    /// One large frame shall not cost its size for ever, but making the room anew for each of many costs more.
    private void giveBackRoom() {
        if (smallFrames > SMALL_FRAMES && buffer.length > BUFFER_BYTES && limit - at <= BUFFER_BYTES) {
            move(new byte[BUFFER_BYTES]);
        }
    }

    byte[] array() {
        return buffer;
    }

    int bodyStart() {
        return bodyStart;
    }

    int bodyEnd() {
        return bodyEnd;
    }

    private void check(FrameHeader header) throws ViolationException {
        frameNumber++;
        if (header.number() != frameNumber) {
            throw new ViolationException(
                    Violation.BAD_MAC, "frame " + header.number() + " where " + frameNumber + " was due");
        }
        String right = seal == null ? null : seal.of(frameNumber, buffer, bodyStart, bodyEnd);
        if (!ClusterSecret.same(right, header.mac())) {
            throw new ViolationException(Violation.BAD_MAC, "a wrong MAC on frame " + frameNumber);
        }
    }

    private boolean closedBetweenFrames() throws EOFException {
        if (limit > at) {
            throw new EOFException("the link was cut within the header of a frame");
        }
        return false;
    }

    /// Where the line that starts at `at` ends, or -1 if its line feed has not arrived.
    private int lineEnd(int maxBytes) throws ViolationException {
        int lineFeed = ByteSearch.indexOf(buffer, (byte) '\n', at, Math.min(limit, at + maxBytes + 1));
        if (lineFeed < 0 && limit - at > maxBytes) {
            throw new ViolationException(Violation.TOO_LARGE, "a line of more than " + maxBytes + " bytes");
        }
        return lineFeed;
    }

    /// Receives at least one byte, or returns false at the end of the stream.
    private boolean receive() throws IOException {
        int n = in.read(buffer, limit, buffer.length - limit);
        if (n < 0) {
            return false;
        }
        limit += n;
        statistics.received(n);
        return true;
    }

    /// Makes the buffer hold `bytes` from `at` on, with at least one free byte behind `limit`.
    private void room(int bytes) {
        if (at == limit) {
            at = 0;
            limit = 0;
        }
        if (buffer.length - at < bytes || limit == buffer.length) {
            int needed = Math.max(bytes, limit - at + 1);
            move(needed <= buffer.length ? buffer : new byte[needed]);
        }
    }

    private void move(byte[] target) {
        System.arraycopy(buffer, at, target, 0, limit - at);
        buffer = target;
        limit -= at;
        at = 0;
    }
}
