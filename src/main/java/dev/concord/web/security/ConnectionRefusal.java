package dev.concord.web.security;

import dev.concord.node.EventAction;
import dev.concord.web.Problem;
import dev.concord.web.ProblemCode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells a client that has too many connections so, and closes the new one: 429 where HTTP is spoken in clear, and the
/// alert `access_denied` where a TLS handshake would begin. Neither waits for what the client says.
public final class ConnectionRefusal {
    /// Connections that are told at once; beyond, they are closed without a word.
    static final int MAX_TELLING = 64;

    private static final Duration TELL_WITHIN = Duration.ofSeconds(1);
    private static final Duration LOG_EVERY = Duration.ofMinutes(1);
    private static final long RETRY_AFTER_MILLIS = 5_000;
    /// What a client may have said meanwhile; more is not awaited.
    private static final int MAX_UNREAD_BYTES = 64 * 1024;
    /// A TLS record: alert, version as in a first record, two bytes: fatal, access_denied (49).
    private static final byte[] TLS_ALERT = HexFormat.of().parseHex("15030300020231");

    private static final Logger LOGGER = LoggerFactory.getLogger(ConnectionRefusal.class);

    private final Semaphore telling = new Semaphore(MAX_TELLING);
    private final AtomicLong loggedAt = new AtomicLong(System.nanoTime() - LOG_EVERY.toNanos());
    private final int most;
    private final Runnable counter;
    private final byte[] answer;

    /// @param counter counts a refusal
    public ConnectionRefusal(ConnectionLimit limit, Runnable counter) {
        this.most = limit.most();
        this.counter = counter;
        this.answer = answer(most);
    }

    private static byte[] answer(int most) {
        Problem problem = new Problem(
                ProblemCode.TOO_MANY_CONNECTIONS,
                "this address has " + most + " connections open, as many as connection_limit_per_client allows",
                RETRY_AFTER_MILLIS,
                Map.of());
        byte[] body = problem.json(null, null);
        String head = "HTTP/1.1 429 \r\nContent-Type: " + Problem.MEDIA_TYPE + "\r\nContent-Length: " + body.length
                + "\r\nRetry-After: " + RETRY_AFTER_MILLIS / 1000
                + "\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n";
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
        bytes.writeBytes(body);
        return bytes.toByteArray();
    }

    /// Never blocks.
    void refuse(SocketChannel connection, InetAddress client, boolean tls) {
        counter.run();
        log(client);
        if (!telling.tryAcquire()) {
            close(connection);
            return;
        }
        Thread.ofVirtual().name("concord-refuse").start(() -> {
            try {
                tell(connection.socket(), tls ? TLS_ALERT : answer);
            } catch (IOException e) {
                LOGGER.debug("a refused client is gone: {}", e.getMessage());
            } finally {
                close(connection);
                telling.release();
            }
        });
    }

    /// A socket that is closed while something on it is unread throws away what it has just sent. So the client's words
    /// are awaited, for a moment, and forgotten.
    private static void tell(Socket client, byte[] words) throws IOException {
        long deadline = System.nanoTime() + TELL_WITHIN.toNanos();
        client.getOutputStream().write(words); // fits into any socket's buffer
        client.shutdownOutput();
        InputStream in = client.getInputStream();
        byte[] buffer = new byte[1024];
        for (int read = 0; read < MAX_UNREAD_BYTES; ) {
            long millis = (deadline - System.nanoTime()) / 1_000_000;
            if (millis <= 0) {
                return;
            }
            client.setSoTimeout((int) millis);
            int count = in.read(buffer);
            if (count < 0) {
                return;
            }
            read += count;
        }
    }

    private void log(InetAddress client) {
        long before = loggedAt.get();
        long now = System.nanoTime();
        if (now - before >= LOG_EVERY.toNanos() && loggedAt.compareAndSet(before, now)) {
            LOGGER.atWarn()
                    .addKeyValue(EventAction.FIELD, EventAction.CLIENT_CONNECTIONS_LIMITED)
                    .log(
                            "Refusing connections of {}: it has {} open, as many as connection_limit_per_client allows",
                            client.getHostAddress(),
                            most);
        }
    }

    private static void close(SocketChannel connection) {
        try {
            connection.close();
        } catch (IOException e) {
            LOGGER.debug("closing a refused connection failed: {}", e.getMessage());
        }
    }
}
