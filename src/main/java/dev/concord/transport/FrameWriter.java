package dev.concord.transport;

import static dev.concord.transport.TransportLimits.MAX_FRAME_HEADER_BYTES;

import dev.concord.protocol.CanonicalWriter;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.PeerMessage;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/// Gathers messages into one frame and writes it with one call (T3, T6). The buffer keeps room in front of the messages
/// for the header, which can only be written once they are all there. For one thread.
final class FrameWriter {
    private static final byte[] ROOM = new byte[MAX_FRAME_HEADER_BYTES];

    private final @Nullable FrameSeal seal;
    private final TransportStatistics statistics;
    private final CanonicalWriter frame = new CanonicalWriter(16 << 10);
    private final CanonicalWriter header = new CanonicalWriter(MAX_FRAME_HEADER_BYTES);
    private final PeerMessageWriter messages;
    private int count;
    private long number;

    FrameWriter(NodeId from, @Nullable FrameSeal seal, TransportStatistics statistics) {
        this.seal = seal;
        this.statistics = statistics;
        messages = new PeerMessageWriter(from, frame);
        frame.bytes(ROOM, 0, ROOM.length);
    }

    /// Adds a message to the frame.
    ///
    /// @throws IllegalArgumentException if no link can carry it; the frame stays as it was
    void add(PeerMessage message) {
        messages.write(message);
        count++;
    }

    /// Bytes of all messages added since the last frame was written.
    int size() {
        return frame.length() - ROOM.length;
    }

    /// Writes the frame, which may be empty, and begins the next.
    void writeTo(OutputStream out) throws IOException {
        number++;
        String mac = seal == null ? null : seal.of(number, frame.array(), ROOM.length, frame.length());
        new FrameHeader(number, size(), mac).write(header.truncate(0));
        int start = ROOM.length - header.length();
        System.arraycopy(header.array(), 0, frame.array(), start, header.length());
        int bytes = frame.length() - start;
        out.write(frame.array(), start, bytes);
        statistics.frameOut(count, bytes);
        frame.truncate(ROOM.length);
        count = 0;
    }
}
