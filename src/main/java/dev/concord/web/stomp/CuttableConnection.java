package dev.concord.web.stomp;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.CompletionHandler;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.apache.tomcat.util.net.SocketWrapperBase.BlockingMode;
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

    /// Taken when the connection is upgraded: later Tomcat may have reused its own channel for another client.
    private volatile @Nullable SocketChannel socket;
    private volatile @Nullable SocketWrapperBase<?> wrapper;
    private final Written written = new Written();

    @Override
    public void setSocketWrapper(SocketWrapperBase<?> socketWrapper) {
        super.setSocketWrapper(socketWrapper);
        wrapper = socketWrapper;
        if (socketWrapper.getSocket() instanceof NioChannel channel) {
            socket = channel.getIOChannel();
        }
    }

    /// Writes whole WebSocket frames, and waits until all of them are written. They leave as one piece: what Tomcat
    /// itself sends, such as the answer to a ping, comes before or after it. One thread at a time.
    ///
    /// @throws IOException if the connection is gone, or the client took nothing for `timeoutMillis`
    void write(ByteBuffer[] frames, int count, long timeoutMillis) throws IOException {
        SocketWrapperBase<?> reached = wrapper;
        if (reached == null) {
            throw new IOException("not connected");
        }
        written.failure = null;
        reached.write(
                frames,
                0,
                count,
                BlockingMode.BLOCK,
                timeoutMillis,
                TimeUnit.MILLISECONDS,
                null,
                SocketWrapperBase.COMPLETE_WRITE_WITH_COMPLETION,
                written);
        Throwable failure = written.failure;
        if (failure != null) {
            throw new IOException(failure.getMessage(), failure);
        }
    }

    /// How the last write ended. The poller's thread says so if the client was slow.
    private static final class Written implements CompletionHandler<Long, @Nullable Void> {
        private volatile @Nullable Throwable failure;

        @Override
        public void completed(Long bytes, @Nullable Void nothing) {}

        @Override
        public void failed(Throwable cause, @Nullable Void nothing) {
            failure = cause;
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
