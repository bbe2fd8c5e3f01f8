package dev.concord.transport;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/// Mutual TLS around a link (T3): both ends show a certificate that the other's authority has signed.
///
/// Whose certificate it is, nobody asks: which node talks is proved by the cluster secret inside, and the MACs of the
/// frames stay, so that another holder of a certificate of the same authority cannot put himself in between.
///
/// Each new connection asks for the certificates anew, so a renewed one is taken without a restart.
record LinkTls(Supplier<SSLContext> certificates, Duration handshakeTimeout) {
    private static final String[] PROTOCOLS = {"TLSv1.3"};

    /// The stream of a connection that a peer has dialled. The handshake begins with the first read.
    Socket accepted(Socket raw) throws IOException {
        SSLSocket socket = (SSLSocket) certificates.get().getSocketFactory().createSocket(raw, null, true);
        socket.setUseClientMode(false);
        socket.setNeedClientAuth(true);
        return prepared(socket, handshakeTimeout);
    }

    /// The stream of a connection that this node has dialled.
    Socket dialled(Socket raw, Duration patience) throws IOException {
        SSLSocket socket = (SSLSocket) certificates
                .get()
                .getSocketFactory()
                .createSocket(raw, raw.getInetAddress().getHostAddress(), raw.getPort(), true);
        return prepared(socket, patience);
    }

    private static Socket prepared(SSLSocket socket, Duration patience) throws IOException {
        socket.setEnabledProtocols(PROTOCOLS);
        socket.setSoTimeout((int) patience.toMillis());
        return socket;
    }
}
