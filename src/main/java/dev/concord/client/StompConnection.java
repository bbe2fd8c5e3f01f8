package dev.concord.client;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// STOMP over one WebSocket to one node.
///
/// **Back-pressure.** The next piece of text is taken from the socket only when the receiver has asked for it by
/// [#receiveNext]; until then the node waits, and holds no memory for this client.
///
/// **Threads.** One writes; what comes in is handed over by threads of the HTTP client, one at a time.
final class StompConnection implements AutoCloseable, WebSocket.Listener {
    static final Duration OPEN_WITHIN = Duration.ofSeconds(4);
    private static final Duration WRITE_WITHIN = Duration.ofSeconds(5);

    private final NodeApi node;
    private final Receiver receiver;
    private volatile @Nullable WebSocket socket;

    private StompConnection(NodeApi node, Receiver receiver) {
        this.node = node;
        this.receiver = receiver;
    }

    /// Told what comes in, by a thread that must not be held up.
    interface Receiver {
        void text(StompConnection from, String text);

        void closed(StompConnection from, String why);
    }

    /// @throws ProblemException if the node lets this client not in
    static StompConnection open(HttpClient http, NodeApi node, Receiver receiver) throws IOException, ProblemException {
        StompConnection connection = new StompConnection(node, receiver);
        try {
            WebSocket.Builder builder =
                    http.newWebSocketBuilder().connectTimeout(OPEN_WITHIN).subprotocols("v12.stomp");
            connection.socket = await(node.webSocket(builder, connection), OPEN_WITHIN);
            return connection;
        } catch (HandshakeRefusedException e) {
            if (e.status == Problem.UNAUTHENTICATED || e.status == Problem.FORBIDDEN) {
                throw new ProblemException(
                        new Problem(e.status, "unauthenticated", node.url() + " needs a token that it knows", false));
            }
            throw new IOException(node.url() + " opens no WebSocket (HTTP status " + e.status + ")");
        }
    }

    NodeApi node() {
        return node;
    }

    void send(StompFrame frame) throws IOException {
        write(frame.encode());
    }

    void beat() throws IOException {
        write(StompFrame.HEART_BEAT);
    }

    private void write(String text) throws IOException {
        WebSocket open = socket;
        if (open == null) {
            throw new IOException("the connection is closed");
        }
        await(open.sendText(text, true), WRITE_WITHIN);
    }

    /// The last piece of text has been dealt with.
    void receiveNext() {
        WebSocket open = socket;
        if (open != null) {
            open.request(1);
        }
    }

    @Override
    public void onOpen(WebSocket opened) {
        opened.request(1);
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        receiver.text(this, data.toString());
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        receiver.closed(this, reason.isEmpty() ? "it closed the connection (" + code + ")" : reason);
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
        String message = error.getMessage();
        receiver.closed(this, message == null ? "the connection broke" : message);
    }

    @Override
    public void close() {
        WebSocket open = socket;
        socket = null;
        if (open != null) {
            open.abort();
        }
    }

    private static <T> T await(Future<T> future, Duration patience) throws IOException {
        try {
            return future.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            future.cancel(true);
            throw new IOException("no answer within " + patience.toSeconds() + " s", e);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof WebSocketHandshakeException refused) {
                throw new HandshakeRefusedException(refused.getResponse().statusCode());
            }
            throw cause instanceof IOException io ? io : new IOException(String.valueOf(cause), cause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static final class HandshakeRefusedException extends IOException {
        private static final long serialVersionUID = 1;

        private final int status;

        HandshakeRefusedException(int status) {
            super("HTTP status " + status);
            this.status = status;
        }
    }
}
