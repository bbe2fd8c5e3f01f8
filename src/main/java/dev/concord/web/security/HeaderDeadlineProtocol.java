package dev.concord.web.security;

import java.util.concurrent.locks.LockSupport;
import org.apache.coyote.Processor;
import org.apache.coyote.Request;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;

/// HTTP whose requests must have all their headers within the connection timeout, over a [LimitedEndpoint].
///
/// Tomcat by itself measures the silence between two pieces: who sends a byte every few seconds may keep a connection
/// for ever, and many of them keep everybody else out (slow loris).
public final class HeaderDeadlineProtocol extends Http11NioProtocol {
    private static final long LOOK_EVERY_NANOS = 250_000_000L;

    private static final long NOT_BEGUN = -1;

    private final LimitedEndpoint endpoint;
    private volatile boolean stopped;

    public HeaderDeadlineProtocol() {
        this(new LimitedEndpoint());
    }

    private HeaderDeadlineProtocol(LimitedEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    /// Before the start.
    public void limit(ConnectionLimit limit, ConnectionRefusal refusal) {
        endpoint.limit(limit, refusal);
    }

    @Override
    public void start() throws Exception {
        super.start();
        Thread.ofPlatform().name("concord-header-deadline").daemon().start(this::watch);
    }

    @Override
    public void stop() throws Exception {
        stopped = true;
        super.stop();
    }

    private void watch() {
        while (!stopped) {
            LockSupport.parkNanos(this, LOOK_EVERY_NANOS);
            long now = System.nanoTime();
            long patience = getConnectionTimeout() * 1_000_000L;
            for (SocketWrapperBase<?> connection : getEndpoint().getConnections()) {
                if (isParsingSince(connection, now - patience)) {
                    connection.close();
                }
            }
        }
    }

    /// Whether the headers of a request began before this time and have not ended. A connection keeps its processor
    /// only between two pieces of a request: one that is served has it in the hands of its thread, and one that is
    /// idle or has become a WebSocket has none with a request.
    private static boolean isParsingSince(@Nullable SocketWrapperBase<?> connection, long before) {
        if (connection == null || !(connection.getCurrentProcessor() instanceof Processor processor)) {
            return false;
        }
        Request request = processor.getRequest();
        if (request == null || processor.isAsync()) {
            return false;
        }
        long since = request.getStartTimeNanos();
        return since != NOT_BEGUN && since - before < 0;
    }
}
