package dev.concord.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.channels.SocketChannel;

/// The HTTP port of a node, and what is shown there.
///
/// @param token empty for none
public record Target(String host, int port, String token) {
    private static final int CONNECT_MILLIS = 2_000;
    private static final int SILENCE_MILLIS = 30_000;

    /// @param url such as `http://127.0.0.1:8081`
    /// @throws IllegalArgumentException for anything but plain HTTP: under TLS the load would measure itself
    public static Target of(String url, String token) {
        URI uri = URI.create(url);
        if (!"http".equals(uri.getScheme()) || uri.getHost() == null) {
            throw new IllegalArgumentException("the benchmark speaks plain HTTP only, not " + url);
        }
        return new Target(uri.getHost(), uri.getPort() < 0 ? 80 : uri.getPort(), token);
    }

    /// Host and port, for people too.
    public String authority() {
        return host + ":" + port;
    }

    /// The header that shows the token, with its line end; empty without one.
    String authorization() {
        return token.isEmpty() ? "" : "Authorization: Bearer " + token + "\r\n";
    }

    /// A connection whose reads give up after half a minute.
    Socket connect() throws IOException {
        Socket socket = SocketChannel.open().socket(); // one that a selector can watch, too
        try {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(SILENCE_MILLIS);
            socket.connect(new InetSocketAddress(host, port), CONNECT_MILLIS);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw new IOException(authority() + ": " + e.getMessage(), e);
        }
    }
}
