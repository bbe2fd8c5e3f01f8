package dev.concord.transport;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Arrays;

/// One TCP connection. One thread reads; writing is for whoever the handshake leaves it to. Any thread may close it,
/// which ends reading and writing at once.
final class LinkSocket implements AutoCloseable {
    private final Socket socket;
    private final Socket stream;
    private final LinkReader reader;
    private final OutputStream out;
    private final TransportStatistics statistics;
    private volatile boolean closedHere;

    /// Takes a connected socket.
    LinkSocket(Socket socket, TransportStatistics statistics) throws IOException {
        this(socket, socket, statistics);
    }

    /// Takes a connected socket, and the stream that runs over it.
    LinkSocket(Socket socket, Socket stream, TransportStatistics statistics) throws IOException {
        this.socket = socket;
        this.stream = stream;
        this.statistics = statistics;
        socket.setTcpNoDelay(true);
        socket.setKeepAlive(true);
        reader = new LinkReader(stream, statistics);
        out = stream.getOutputStream();
    }

    LinkReader reader() {
        return reader;
    }

    OutputStream out() {
        return out;
    }

    /// Writes one line of the handshake.
    void writeLine(byte[] line) throws IOException {
        byte[] bytes = Arrays.copyOf(line, line.length + 1);
        bytes[line.length] = '\n';
        out.write(bytes);
        statistics.written(bytes.length);
    }

    /// Says that nothing more will be written.
    void shutdownOutput() throws IOException {
        stream.shutdownOutput();
    }

    InetAddress remoteAddress() {
        return socket.getInetAddress();
    }

    /// Where the other end is, for log lines; its port is chance.
    String remoteHost() {
        return remoteAddress().getHostAddress();
    }

    /// Whether this end has closed the connection.
    boolean isClosedHere() {
        return closedHere;
    }

    @Override
    public void close() {
        closedHere = true;
        try { // the socket and not the stream: TLS would wait for a writer that waits for a peer
            socket.close();
        } catch (IOException ignored) {
            // There is no second way to close it, and the event loop, which may be the caller, must not fail over it.
        }
    }
}
