package dev.concord.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;

/// STOMP 1.2 over WebSocket on a bare socket. One thread sends, one reads.
final class StompConnection implements AutoCloseable {
    private static final int BUFFER_BYTES = 128 * 1024;
    private static final int TEXT = 0x81;
    private static final int MASKED = 0x80;
    private static final int SHORT_LENGTH = 126;
    private static final int LONG_LENGTH = 127;
    private static final byte[] CONNECTED = "CONNECTED".getBytes(StandardCharsets.US_ASCII);

    private final Target target;
    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final FrameScanner scanner = new FrameScanner();
    private final byte[] buffer = new byte[BUFFER_BYTES];

    /// Connects, and is let in.
    StompConnection(Target target) throws IOException {
        this.target = target;
        this.socket = target.connect();
        this.in = socket.getInputStream();
        this.out = socket.getOutputStream();
        try {
            upgrade();
            String passcode = target.token().isEmpty() ? "" : "passcode:" + target.token() + "\n";
            send(("CONNECT\naccept-version:1.2\nhost:concord\nheart-beat:0,0\n" + passcode + "\n\0")
                    .getBytes(StandardCharsets.US_ASCII));
            awaitConnected();
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    Socket socket() {
        return socket;
    }

    private void upgrade() throws IOException {
        byte[] key = new byte[16];
        ThreadLocalRandom.current().nextBytes(key);
        out.write(("GET /ws HTTP/1.1\r\nHost: " + target.authority() + "\r\n" + target.authorization()
                        + "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                        + "Sec-WebSocket-Protocol: v12.stomp\r\nSec-WebSocket-Key: "
                        + java.util.Base64.getEncoder().encodeToString(key) + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                throw new IOException(target.authority() + " closed the connection");
            }
            head.append((char) next);
        }
        if (!head.toString().startsWith("HTTP/1.1 101")) {
            throw new IOException(target.authority() + " answered "
                    + head.toString().lines().findFirst().orElse("nothing"));
        }
    }

    private void awaitConnected() throws IOException {
        boolean[] done = {false};
        String[] other = {""};
        while (!done[0]) {
            read((bytes, from, to) -> {
                done[0] = Bytes.startsWith(bytes, from, to, CONNECTED);
                other[0] = new String(bytes, from, to - from, StandardCharsets.UTF_8);
            });
            if (!done[0] && !other[0].isEmpty()) {
                throw new IOException(target.authority() + " does not let us in: " + other[0]);
            }
        }
    }

    /// Subscribes from now on; the answer is read with everything else.
    void subscribe(String destination) throws IOException {
        send(("SUBSCRIBE\nid:s\ndestination:" + destination + "\n\n\0").getBytes(StandardCharsets.US_ASCII));
    }

    void send(byte[] frames) throws IOException {
        out.write(message(frames, frames.length));
    }

    /// A WebSocket message around frames. The mask that clients have to use is zero, which leaves the bytes as they
    /// are: it protects old proxies from pages in browsers, and here is neither.
    private static byte[] message(byte[] payload, int length) {
        int extra = length < SHORT_LENGTH ? 0 : length < 1 << 16 ? 2 : 8;
        byte[] message = new byte[2 + extra + 4 + length];
        message[0] = (byte) TEXT;
        message[1] = (byte) (MASKED | (extra == 0 ? length : extra == 2 ? SHORT_LENGTH : LONG_LENGTH));
        for (int i = 0; i < extra; i++) {
            message[2 + i] = (byte) ((long) length >> 8 * (extra - 1 - i));
        }
        System.arraycopy(payload, 0, message, message.length - length, length);
        return message;
    }

    /// Reads what is there, at least something, and hands on the frames that are complete.
    ///
    /// @throws IOException also if the server has ended the session
    void read(FrameScanner.Visitor visitor) throws IOException {
        take(buffer, in.read(buffer), visitor);
    }

    /// Takes bytes that somebody else has read, and hands on the frames that are complete.
    ///
    /// @param read how many; negative at the end of the stream
    void take(byte[] bytes, int read, FrameScanner.Visitor visitor) throws IOException {
        if (read < 0) {
            throw new IOException(target.authority() + " closed the connection");
        }
        scanner.feed(bytes, 0, read, visitor);
        if (scanner.isClosed()) {
            throw new IOException(target.authority() + " ended the session");
        }
    }

    /// Ends the connection; who reads is told.
    void cut() throws IOException {
        socket.close();
    }

    @Override
    public void close() throws IOException {
        cut();
    }
}
