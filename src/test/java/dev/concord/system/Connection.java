package dev.concord.system;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/// The bare end of a connection to a node, for what no client would say.
final class Connection implements AutoCloseable {
    private static final int PATIENCE_MS = 30_000;
    private static final int LOOK_MS = 100;

    private final Socket socket;
    private final ByteArrayOutputStream heard = new ByteArrayOutputStream();
    private final byte[] buffer = new byte[1 << 16];
    private int told;

    Connection(Socket socket) {
        this.socket = socket;
    }

    void say(String text) throws IOException {
        say(text.getBytes(StandardCharsets.UTF_8));
    }

    /// A node that has heard enough may close in the middle.
    void say(byte[] bytes) throws IOException {
        try {
            socket.getOutputStream().write(bytes);
        } catch (SocketException e) {
            // what it had to say about it is read all the same
        }
    }

    /// The next line.
    String line() throws IOException {
        while (heard().indexOf('\n', told) < 0) {
            if (!read(PATIENCE_MS)) {
                return heard().substring(told);
            }
        }
        int from = told;
        told = heard().indexOf('\n', from) + 1;
        return heard().substring(from, told);
    }

    /// Looks whether the node has said this by now.
    boolean hears(String text) {
        try {
            read(LOOK_MS);
            return heard().contains(text);
        } catch (SocketTimeoutException e) {
            return heard().contains(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// All that the node says, up to the end of the connection.
    String rest() throws IOException {
        while (read(PATIENCE_MS)) {
            // there is more
        }
        return heard();
    }

    /// The node ends the connection, orderly or not.
    void assertEnds() throws IOException {
        rest();
    }

    String heard() {
        return heard.toString(StandardCharsets.UTF_8);
    }

    private boolean read(int patienceMs) throws IOException {
        socket.setSoTimeout(patienceMs);
        try {
            int count = socket.getInputStream().read(buffer);
            heard.write(buffer, 0, Math.max(0, count));
            return count >= 0;
        } catch (SocketException e) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
