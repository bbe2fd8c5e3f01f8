package dev.concord.web.stomp;

import jakarta.websocket.CloseReason;
import jakarta.websocket.CloseReason.CloseCodes;
import jakarta.websocket.RemoteEndpoint;
import jakarta.websocket.Session;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// An [Outlet] over a WebSocket session of Tomcat. Frames gather in the connection's own buffer and leave together:
/// that is three times as many deliveries as with one write each.
///
/// **Buffers.** For a client that does not read there are: this buffer and the encoder's, of 8 KiB each, the frame
/// being
/// written, and what the operating system holds of the connection.
final class WebSocketOutlet implements Outlet {
    /// How long Tomcat lets a blocking send wait, in milliseconds, as a property of the session.
    private static final String BLOCKING_SEND_TIMEOUT = "org.apache.tomcat.websocket.BLOCKING_SEND_TIMEOUT";

    private static final long ABORT_MILLIS = 50;
    private static final int MAX_REASON_LENGTH = 120;
    private static final Logger LOG = LoggerFactory.getLogger(WebSocketOutlet.class);

    private final Session session;
    private final RemoteEndpoint.Basic remote;
    private final Optional<CuttableConnection> connection;
    /// When the write in progress began; 0 if there is none.
    private volatile long writingSince;

    /// @param stalledFor how long a write may wait; it is the session's clock that gives up first, because Tomcat would
    ///     wait as long again for each step of its orderly close
    WebSocketOutlet(Session session, Optional<CuttableConnection> connection, Duration stalledFor) throws IOException {
        this.session = session;
        this.connection = connection;
        this.remote = session.getBasicRemote();
        session.getUserProperties().put(BLOCKING_SEND_TIMEOUT, 2 * stalledFor.toMillis());
        remote.setBatchingAllowed(true);
    }

    private interface Write {
        void run() throws IOException;
    }

    @Override
    public void write(String frame) throws IOException {
        timed(() -> remote.sendText(frame));
    }

    @Override
    public void flush() throws IOException {
        timed(remote::flushBatch);
    }

    private void timed(Write write) throws IOException {
        writingSince = Math.max(1, System.nanoTime());
        try {
            write.run();
        } catch (IllegalStateException e) {
            throw new IOException("closed", e);
        } finally {
            writingSince = 0;
        }
    }

    @Override
    public long blockedNanos(long now) {
        long since = writingSince;
        return since == 0 ? 0 : Math.max(0, now - since);
    }

    @Override
    public void close(int code, String reason) {
        String shown = reason.length() > MAX_REASON_LENGTH ? reason.substring(0, MAX_REASON_LENGTH) : reason;
        close(new CloseReason(CloseCodes.getCloseCode(code), shown));
    }

    @Override
    public void abort(String reason) {
        session.getUserProperties().put(BLOCKING_SEND_TIMEOUT, ABORT_MILLIS); // for what Tomcat still tries to say
        if (connection.isEmpty() || !connection.get().cut()) {
            close(new CloseReason(CloseCodes.CLOSED_ABNORMALLY, reason));
        }
    }

    private void close(CloseReason reason) {
        try {
            timed(() -> session.close(reason));
        } catch (IOException e) {
            LOG.debug("closing a connection that is gone: {}", e.getMessage());
        }
    }
}
