package dev.concord.transport;

import static dev.concord.transport.TransportLimits.MAX_INBOUND;
import static dev.concord.transport.TransportLimits.MAX_UNPROVEN;

import dev.concord.node.EventAction;
import dev.concord.protocol.Address;
import dev.concord.protocol.Refusal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/// Accepts connections, and keeps their number within bounds (I17). Beyond the limit of those that have proved nothing,
/// the oldest of them makes room: a true peer needs milliseconds to prove itself, so a flood does not keep it out.
final class PeerListener implements AutoCloseable {
    private static final int BACKLOG = 128;
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final ServerSocket server;
    private final LinkContext context;
    private final BiFunction<LinkSocket, Place, Runnable> link;
    private final Map<LinkSocket, Boolean> provenBySocket = new LinkedHashMap<>();
    private int unproven;
    private @Nullable Thread accepting;

    /// @param link makes what runs a connection
    /// @throws UncheckedIOException if the port cannot be opened
    PeerListener(LinkContext context, BiFunction<LinkSocket, Place, Runnable> link) {
        this.context = context;
        this.link = link;
        Address bind = context.settings().bind();
        try {
            server = new ServerSocket();
            server.bind(new InetSocketAddress(bind.host(), bind.port()), BACKLOG);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "Cannot listen for peers at " + bind + " (" + e.getMessage()
                            + "): is another node running here, or is host or port wrong?",
                    e);
        }
    }

    int port() {
        return server.getLocalPort();
    }

    /// Accepts until closed, in a thread of its own.
    void start() {
        accepting = LinkThreads.start("concord-accept", this::run);
    }

    private void run() {
        while (!server.isClosed()) {
            try {
                accept(server.accept());
            } catch (IOException e) {
                if (!server.isClosed()) { // out of descriptors, say: that may pass
                    context.log().error(EventAction.SOCKET_FAILED, "accept", "Accepting a connection failed", e);
                    LockSupport.parkNanos(this, PAUSE_NANOS);
                }
            }
        }
    }

    private void accept(Socket raw) {
        try {
            Optional<LinkTls> tls = context.tls();
            Socket stream = tls.isPresent() ? tls.get().accepted(raw) : raw;
            LinkSocket socket = new LinkSocket(raw, stream, context.statistics());
            if (admit(socket)) {
                LinkThreads.start("concord-inbound", link.apply(socket, new Place(socket)));
            } else if (tls.isPresent()) {
                socket.close(); // to say why would take a handshake, and the time of this thread
            } else {
                socket.writeLine(HandshakeLines.refused(Refusal.BUSY, null));
                socket.close();
            }
        } catch (IOException ignored) {
            // The peer has gone already. Nothing is left of the connection.
        }
    }

    /// Counts a new connection in; returns false if there are too many.
    private synchronized boolean admit(LinkSocket socket) {
        if (provenBySocket.size() >= MAX_INBOUND) {
            context.statistics().turnAway();
            context.statistics().refused(Refusal.BUSY);
            context.log()
                    .warn(
                            EventAction.CONNECTIONS_LIMITED,
                            "too many",
                            "Refusing connections: there are " + MAX_INBOUND + " already");
            return false;
        }
        if (unproven >= MAX_UNPROVEN) {
            closeOldestUnproven();
        }
        provenBySocket.put(socket, false);
        unproven++;
        return true;
    }

    private void closeOldestUnproven() {
        for (Iterator<Map.Entry<LinkSocket, Boolean>> i =
                        provenBySocket.entrySet().iterator();
                i.hasNext(); ) {
            Map.Entry<LinkSocket, Boolean> entry = i.next();
            if (!entry.getValue()) {
                i.remove();
                unproven--;
                context.statistics().turnAway();
                context.log()
                        .warn(
                                EventAction.CONNECTIONS_LIMITED,
                                "unproven",
                                "Closing connections: more than " + MAX_UNPROVEN + " have proved nothing");
                entry.getKey().close();
                return;
            }
        }
    }

    /// A connection's place among those counted.
    final class Place {
        private final LinkSocket socket;

        private Place(LinkSocket socket) {
            this.socket = socket;
        }

        /// The dialler has proved the cluster secret.
        void proven() {
            synchronized (PeerListener.this) {
                if (provenBySocket.replace(socket, false, true)) {
                    unproven--;
                }
            }
        }

        void leave() {
            synchronized (PeerListener.this) {
                Boolean proven = provenBySocket.remove(socket);
                if (Boolean.FALSE.equals(proven)) {
                    unproven--;
                }
            }
        }
    }

    /// Accepts nothing more, and leaves the port free. Connections stay until [#closeLinks].
    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            context.log().error(EventAction.SOCKET_FAILED, "close", "Closing the peer port failed", e);
        }
        if (accepting != null) {
            LinkThreads.join(accepting); // as long as it is in a call, the system keeps the port
        }
    }

    /// Closes all connections that peers have opened.
    void closeLinks() {
        List<LinkSocket> open;
        synchronized (this) {
            open = new ArrayList<>(provenBySocket.keySet());
        }
        open.forEach(LinkSocket::close);
    }
}
