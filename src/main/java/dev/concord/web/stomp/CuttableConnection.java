package dev.concord.web.stomp;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.apache.tomcat.websocket.server.WsHttpUpgradeHandler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tomcat's side of an upgraded connection, which knows the socket below it. Closing a WebSocket session in order waits
/// for the write in progress; only the socket itself can end a write to a client that does not read.
///
/// Public, with a constructor of no arguments, because Tomcat makes it.
public final class CuttableConnection extends WsHttpUpgradeHandler {
    private static final Logger LOG = LoggerFactory.getLogger(CuttableConnection.class);

    /// Taken when the connection is upgraded: later Tomcat may have reused its own wrapping for another client.
    private volatile @Nullable SocketChannel socket;

    @Override
    public void setSocketWrapper(SocketWrapperBase<?> wrapper) {
        super.setSocketWrapper(wrapper);
        if (wrapper.getSocket() instanceof NioChannel channel) {
            socket = channel.getIOChannel();
        }
    }

    /// Ends the connection at once. The socket is shut down, not closed: thus Tomcat itself finds it at its end, fails
    /// the blocked write, tidies up and closes it, and no other thread touches what belongs to Tomcat. What the
    /// client has not read is thrown away, so that the operating system keeps nothing for it either. Any thread, at
    /// any time.
    ///
    /// @return false if this connection cannot be cut
    boolean cut() {
        SocketChannel reached = socket;
        if (reached == null) {
            return false;
        }
        try {
            reached.setOption(StandardSocketOptions.SO_LINGER, 0);
            reached.shutdownInput();
            reached.shutdownOutput();
        } catch (IOException e) {
            LOG.debug("the connection to be cut is gone: {}", e.getMessage());
        }
        return true;
    }
}
