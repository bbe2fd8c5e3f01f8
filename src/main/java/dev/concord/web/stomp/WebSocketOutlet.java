package dev.concord.web.stomp;

import jakarta.websocket.CloseReason;
import jakarta.websocket.CloseReason.CloseCodes;
import jakarta.websocket.Session;
import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// An [Outlet] over a WebSocket session of Tomcat. Tomcat reads, answers pings and closes; frames go to its connection
/// as
/// they are, encoded once for all readers, and those of one round of the writer in one write.
///
/// **Memory.** For a client that does not read there are the frames of one write, which other readers may share
/// ([FrameBatch#MAX_BYTES] at most, or a single larger one), and what the operating system holds of the connection.
final class WebSocketOutlet implements Outlet {
    /// How long Tomcat lets a blocking send wait, in milliseconds, as a property of the session.
    private static final String BLOCKING_SEND_TIMEOUT = "org.apache.tomcat.websocket.BLOCKING_SEND_TIMEOUT";

    /// How long Tomcat waits, in milliseconds, for a client to answer that the session is closed, and reads on
    /// meanwhile.
    private static final String SESSION_CLOSE_TIMEOUT = "org.apache.tomcat.websocket.SESSION_CLOSE_TIMEOUT";

    private static final long ABORT_MILLIS = 50;
    private static final int MAX_REASON_LENGTH = 120;
    private static final Logger LOG = LoggerFactory.getLogger(WebSocketOutlet.class);

    private final Session session;
    private final CuttableConnection connection;
    private final long timeoutMillis;
    private final FrameBatch batch = new FrameBatch();
    /// When the write in progress began; 0 if there is none.
    private volatile long writingSince;

    /// @param stalledFor how long a write may wait; it is the session's clock that gives up first, because Tomcat would
    ///     wait as long again for each step of its orderly close
    WebSocketOutlet(Session session, CuttableConnection connection, Duration stalledFor) {
        this.session = session;
        this.connection = connection;
        this.timeoutMillis = 2 * stalledFor.toMillis();
        session.getUserProperties().put(BLOCKING_SEND_TIMEOUT, timeoutMillis);
        session.getUserProperties().put(SESSION_CLOSE_TIMEOUT, StompSession.END_WITHIN.toMillis());
    }

    private interface Write {
        void run() throws IOException;
    }

    @Override
    public void write(WebSocketText frame) throws IOException {
        if (!batch.hasRoomFor(frame)) {
            flush();
        }
        batch.add(frame);
    }

    @Override
    public void flush() throws IOException {
        if (!batch.isEmpty()) {
            timed(this::send);
        }
    }

    private void send() throws IOException {
        if (!session.isOpen()) {
            throw new IOException("closed");
        }
        try {
            connection.write(batch.frames(), batch.count(), timeoutMillis);
        } catch (IOException e) {
            connection.cut(); // part of a frame may have left: nothing may follow
            throw e;
        } finally {
            batch.clear();
        }
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
        try {
            flush();
        } catch (IOException e) {
            LOG.debug("last frames for a connection that is gone: {}", e.getMessage());
        }
        close(new CloseReason(CloseCodes.getCloseCode(code), shown));
    }

    private void close(CloseReason reason) {
        try {
            timed(() -> session.close(reason));
        } catch (IOException e) {
            LOG.debug("closing a connection that is gone: {}", e.getMessage());
        }
    }

    @Override
    public void abort(String reason) {
        try {
            session.getUserProperties().put(BLOCKING_SEND_TIMEOUT, ABORT_MILLIS); // for what Tomcat still tries to say
        } catch (IllegalStateException e) {
            LOG.debug("closed meanwhile: {}", e.getMessage());
        }
        if (!connection.cut()) {
            close(new CloseReason(CloseCodes.CLOSED_ABNORMALLY, reason));
        }
    }
}
