package dev.concord.web.stomp;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// A text message of a server as it goes over the wire: one unmasked WebSocket frame (RFC 6455, section 5.2), header
/// and
/// UTF-8. It is the same for every client, so it is encoded once for all of them.
///
/// Safe for all threads; the bytes never change.
final class WebSocketText {
    private static final int FINAL_TEXT = 0x81;
    private static final int LENGTH_IN_TWO_BYTES = 126;
    private static final int LENGTH_IN_EIGHT_BYTES = 127;
    private static final int MOST_IN_TWO_BYTES = 0xFFFF;

    private final byte[] bytes;
    private final int headerLength;

    private WebSocketText(byte[] bytes, int headerLength) {
        this.bytes = bytes;
        this.headerLength = headerLength;
    }

    static WebSocketText of(String text) {
        byte[] payload = text.getBytes(StandardCharsets.UTF_8);
        int length = payload.length;
        int headerLength = length < LENGTH_IN_TWO_BYTES ? 2 : length <= MOST_IN_TWO_BYTES ? 4 : 10;
        ByteBuffer frame = ByteBuffer.allocate(headerLength + length).put((byte) FINAL_TEXT);
        switch (headerLength) {
            case 2 -> frame.put((byte) length);
            case 4 -> frame.put((byte) LENGTH_IN_TWO_BYTES).putShort((short) length);
            default -> frame.put((byte) LENGTH_IN_EIGHT_BYTES).putLong(length);
        }
        return new WebSocketText(frame.put(payload).array(), headerLength);
    }

    /// Bytes on the wire.
    int length() {
        return bytes.length;
    }

    /// What is to be written, for one reader.
    ByteBuffer buffer() {
        return ByteBuffer.wrap(bytes);
    }

    /// The text in it.
    String payload() {
        return new String(bytes, headerLength, bytes.length - headerLength, StandardCharsets.UTF_8);
    }
}
