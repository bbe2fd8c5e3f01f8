package dev.concord.web.stomp;

import jakarta.websocket.CloseReason;
import jakarta.websocket.CloseReason.CloseCodes;
import jakarta.websocket.RemoteEndpoint;
import jakarta.websocket.Session;
import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// An [Outlet] over a WebSocket session of Tomcat. Frames gather in the connection's own buffer and leave together:
/// that is three times as many deliveries as with one write each.
final class WebSocketOutlet implements Outlet {
    /// How long Tomcat lets a blocking send wait, in milliseconds, as a property of the session.
    private static final String BLOCKING_SEND_TIMEOUT = "org.apache.tomcat.websocket.BLOCKING_SEND_TIMEOUT";

    private static final long ABORT_MILLIS = 50;
    private static final int MAX_REASON_LENGTH = 120;
    private static final Logger LOG = LoggerFactory.getLogger(WebSocketOutlet.class);

    private final Session session;
    private final RemoteEndpoint.Basic remote;

    WebSocketOutlet(Session session, Duration stalledFor) throws IOException {
        this.session = session;
        this.remote = session.getBasicRemote();
        session.getUserProperties().put(BLOCKING_SEND_TIMEOUT, stalledFor.toMillis());
        remote.setBatchingAllowed(true);
    }

    @Override
    public void write(String frame) throws IOException {
        try {
            remote.sendText(frame);
        } catch (IllegalStateException e) {
            throw new IOException("closed", e);
        }
    }

    @Override
    public void flush() throws IOException {
        try {
            remote.flushBatch();
        } catch (IllegalStateException e) {
            throw new IOException("closed", e);
        }
    }

    @Override
    public void close(int code, String reason) {
        String shown = reason.length() > MAX_REASON_LENGTH ? reason.substring(0, MAX_REASON_LENGTH) : reason;
        close(new CloseReason(CloseCodes.getCloseCode(code), shown));
    }

    @Override
    public void abort(String reason) {
        session.getUserProperties().put(BLOCKING_SEND_TIMEOUT, ABORT_MILLIS);
        close(new CloseReason(CloseCodes.CLOSED_ABNORMALLY, reason));
    }

    private void close(CloseReason reason) {
        try {
            session.close(reason);
        } catch (IOException | IllegalStateException e) {
            LOG.debug("closing a connection that is gone: {}", e.getMessage());
        }
    }
}
