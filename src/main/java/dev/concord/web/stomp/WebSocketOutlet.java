package dev.concord.web.stomp;

import jakarta.websocket.CloseReason;
import jakarta.websocket.CloseReason.CloseCodes;
import jakarta.websocket.Session;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// An [Outlet] over a WebSocket session of Tomcat. Tomcat reads, answers pings and closes; frames go to its connection
/// as
/// they are, encoded once for all readers, and those of one round of the writer in one write.
///
/// **Memory.** For a client that does not read there are the frames of one write ([#GATHERED_BYTES] at most, or a
/// single
/// larger one), which other readers may share, and what the operating system holds of the connection.
final class WebSocketOutlet implements Outlet {
    /// Frames that leave together at most.
    static final int GATHERED_FRAMES = 64;
    /// Their bytes, unless a single one is larger.
    static final int GATHERED_BYTES = 16 * 1024;

    /// How long Tomcat lets a blocking send wait, in milliseconds, as a property of the session.
    private static final String BLOCKING_SEND_TIMEOUT = "org.apache.tomcat.websocket.BLOCKING_SEND_TIMEOUT";

    private static final long ABORT_MILLIS = 50;
    private static final int MAX_REASON_LENGTH = 120;
    private static final Logger LOG = LoggerFactory.getLogger(WebSocketOutlet.class);

    private final Session session;
    private final CuttableConnection connection;
    private final long timeoutMillis;
    private ByteBuffer[] gathered = new ByteBuffer[1];
    private int count;
    private int bytes;
    /// When the write in progress began; 0 if there is none.
    private volatile long writingSince;

    /// @param stalledFor how long a write may wait; it is the session's clock that gives up first, because Tomcat would
    ///     wait as long again for each step of its orderly close
    WebSocketOutlet(Session session, CuttableConnection connection, Duration stalledFor) {
        this.session = session;
        this.connection = connection;
        this.timeoutMillis = 2 * stalledFor.toMillis();
        session.getUserProperties().put(BLOCKING_SEND_TIMEOUT, timeoutMillis);
    }

    private interface Write {
        void run() throws IOException;
    }

    @Override
    public void write(WebSocketText frame) throws IOException {
        if (count == GATHERED_FRAMES || count > 0 && bytes + frame.length() > GATHERED_BYTES) {
            flush();
        }
        if (count == gathered.length) {
            gathered = Arrays.copyOf(gathered, Math.min(2 * count, GATHERED_FRAMES));
        }
        gathered[count++] = frame.buffer();
        bytes += frame.length();
    }

    @Override
    public void flush() throws IOException {
        if (count == 0) {
            return;
        }
        int frames = count;
        count = 0;
        bytes = 0;
        timed(() -> send(frames));
    }

    private void send(int frames) throws IOException {
        if (!session.isOpen()) {
            throw new IOException("closed");
        }
        try {
            connection.write(gathered, frames, timeoutMillis);
        } catch (IOException e) {
            connection.cut(); // part of a frame may have left: nothing may follow
            throw e;
        } finally {
            Arrays.fill(gathered, 0, frames, null);
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
        session.getUserProperties().put(BLOCKING_SEND_TIMEOUT, ABORT_MILLIS); // for what Tomcat still tries to say
        if (!connection.cut()) {
            close(new CloseReason(CloseCodes.CLOSED_ABNORMALLY, reason));
        }
    }
}
