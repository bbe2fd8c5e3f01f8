package dev.concord.web.stomp;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// A WebSocket client of the bare socket: it can say what no library lets one say, and it reads nothing that it was not
/// asked to read.
final class WebSocketClient implements AutoCloseable {
    static final int CONTINUATION = 0;
    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int CLOSE = 8;

    private final Socket socket = new Socket();
    private final DataInputStream in;
    private final OutputStream out;
    private final String handshake;

    /// @param opcode of the message
    /// @param text what it says; of a close the reason
    /// @param closeCode of a close, else 0
    record Message(int opcode, String text, int closeCode) {}

    WebSocketClient(int port, String... moreHeaders) throws IOException {
        socket.setReceiveBufferSize(32 * 1024);
        socket.setTcpNoDelay(true);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 1 << 14));
        out = socket.getOutputStream();
        String request = "GET /ws HTTP/1.1\r\nHost: localhost:" + port
                + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                + String.join(
                        "",
                        java.util.Arrays.stream(moreHeaders)
                                .map(header -> header + "\r\n")
                                .toList())
                + "\r\n";
        out.write(request.getBytes(StandardCharsets.US_ASCII));
        handshake = readHead();
    }

    /// The answer to the handshake, with its headers.
    String handshake() {
        return handshake;
    }

    private String readHead() throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.readUnsignedByte());
        }
        return head.toString();
    }

    void sendText(String text) throws IOException {
        send(TEXT, true, text.getBytes(StandardCharsets.UTF_8));
    }

    /// Sends one WebSocket frame, masked as a client must.
    void send(int opcode, boolean last, byte[] payload) throws IOException {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame(frame, opcode, last, payload);
        out.write(frame.toByteArray());
    }

    /// Sends many text messages in one write.
    void sendTexts(Iterable<String> texts) throws IOException {
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        for (String text : texts) {
            frame(frames, TEXT, true, text.getBytes(StandardCharsets.UTF_8));
        }
        out.write(frames.toByteArray());
    }

    private static void frame(ByteArrayOutputStream to, int opcode, boolean last, byte[] payload) {
        to.write(opcode | (last ? 0x80 : 0));
        if (payload.length < 126) {
            to.write(0x80 | payload.length);
        } else if (payload.length < 1 << 16) {
            to.write(0x80 | 126);
            to.write(payload.length >> 8);
            to.write(payload.length);
        } else {
            to.write(0x80 | 127);
            for (int shift = 56; shift >= 0; shift -= 8) {
                to.write((int) ((long) payload.length >> shift));
            }
        }
        byte[] mask = {0x12, 0x34, 0x56, 0x78};
        to.writeBytes(mask);
        for (int i = 0; i < payload.length; i++) {
            to.write(payload[i] ^ mask[i & 3]);
        }
    }

    /// The next message, put together from its fragments. Control frames between them are passed over, as no test has
    /// the server send a ping.
    ///
    /// @throws java.net.SocketTimeoutException if none comes in time
    /// @throws EOFException if the server has closed the connection
    Message read(Duration timeout) throws IOException {
        socket.setSoTimeout((int) timeout.toMillis());
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        int opcode = CONTINUATION;
        while (true) {
            int first = in.readUnsignedByte();
            byte[] payload = payload();
            int kind = first & 0x0f;
            if (kind == CLOSE) {
                return new Message(
                        CLOSE,
                        new String(payload, 2, payload.length - 2, StandardCharsets.UTF_8),
                        (payload[0] & 0xff) << 8 | payload[1] & 0xff);
            }
            if (kind > CLOSE) {
                continue;
            }
            if (kind == CONTINUATION == (opcode == CONTINUATION)) {
                throw new IOException("a fragment of kind " + kind + " in a message of kind " + opcode);
            }
            opcode = kind == CONTINUATION ? opcode : kind;
            message.writeBytes(payload);
            if ((first & 0x80) != 0) {
                return new Message(opcode, message.toString(StandardCharsets.UTF_8), 0);
            }
        }
    }

    private byte[] payload() throws IOException {
        int length = in.readUnsignedByte();
        if (length == 126) {
            length = in.readUnsignedShort();
        } else if (length == 127) {
            length = (int) in.readLong();
        }
        byte[] payload = new byte[length];
        in.readFully(payload);
        return payload;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
