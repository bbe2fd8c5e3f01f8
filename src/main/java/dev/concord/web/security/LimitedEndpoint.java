package dev.concord.web.security;

import java.net.InetAddress;
import java.nio.channels.SocketChannel;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.tomcat.util.net.AbstractEndpoint.Handler;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.NioEndpoint;
import org.apache.tomcat.util.net.SocketEvent;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;

/// The listening socket of Tomcat, which asks a [ConnectionLimit] about each connection before anything is read from it
/// or kept for it. A connection counts until it is closed, also as a WebSocket.
final class LimitedEndpoint extends NioEndpoint {
    private final Map<SocketChannel, InetAddress> clientByConnection = new ConcurrentHashMap<>();
    private volatile ConnectionLimit limit = ConnectionLimit.none();
    private volatile @Nullable ConnectionRefusal refusal;

    /// Before the start.
    void limit(ConnectionLimit newLimit, ConnectionRefusal newRefusal) {
        limit = newLimit;
        refusal = newRefusal;
    }

    @Override
    protected SocketChannel serverSocketAccept() throws Exception {
        while (true) {
            SocketChannel connection = super.serverSocketAccept();
            InetAddress client = connection.socket().getInetAddress();
            ConnectionRefusal refusing = refusal;
            // a stopping endpoint wakes itself by a connection of its own
            if (client == null || refusing == null || isPaused() || !isRunning()) {
                return connection;
            }
            if (limit.tryEnter(client)) {
                clientByConnection.put(connection, client);
                return connection;
            }
            refusing.refuse(connection, client, isSSLEnabled());
        }
    }

    /// Tomcat has not taken the connection.
    @Override
    protected void destroySocket(SocketChannel connection) {
        left(connection);
        super.destroySocket(connection);
    }

    @Override
    public void setHandler(Handler<NioChannel> handler) {
        super.setHandler(new Leaving(handler));
    }

    private void left(@Nullable SocketChannel connection) {
        InetAddress client = connection == null ? null : clientByConnection.remove(connection);
        if (client != null) {
            limit.leave(client);
        }
    }

    /// Tomcat's own handler, which every connection that Tomcat has taken comes to once it is closed.
    private final class Leaving implements Handler<NioChannel> {
        private final Handler<NioChannel> handler;

        private Leaving(Handler<NioChannel> handler) {
            this.handler = handler;
        }

        @Override
        public void release(SocketWrapperBase<NioChannel> connection) {
            try {
                handler.release(connection);
            } finally {
                left(connection.getSocket().getIOChannel());
            }
        }

        @Override
        public SocketState process(SocketWrapperBase<NioChannel> connection, SocketEvent event) {
            return handler.process(connection, event);
        }

        @Override
        public Object getGlobal() {
            return handler.getGlobal();
        }

        @Override
        public void pause() {
            handler.pause();
        }

        @Override
        public void recycle() {
            handler.recycle();
        }
    }
}
