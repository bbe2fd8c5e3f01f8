package dev.concord.web.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.access.AccessControl;
import dev.concord.access.AccessMode;
import dev.concord.access.RateLimiter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Clients that take their time, or all the room.
class SlowClientTests {
    private final GuardedServer server = new GuardedServer(
            AccessControl.open(AccessMode.LOOPBACK), RateLimiter.none(), "--server.tomcat.connection-timeout=1s");

    @AfterEach
    void stop() {
        server.close();
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        socket.setSoTimeout(20_000);
        return socket;
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    /// Sends a byte ten times in the time that the server allows between two, until the server has had enough.
    private static long drip(Socket socket, String piece) throws IOException {
        long start = System.nanoTime();
        socket.setSoTimeout(100);
        while (System.nanoTime() - start < 15_000_000_000L) {
            try {
                write(socket, piece);
                if (socket.getInputStream().read() < 0) {
                    return System.nanoTime() - start;
                }
            } catch (java.net.SocketTimeoutException e) {
                LockSupport.parkNanos(1);
            } catch (IOException e) {
                return System.nanoTime() - start;
            }
        }
        return Long.MAX_VALUE;
    }

    @Test
    void headersThatNeverEndDo() throws IOException {
        try (Socket socket = connect()) {
            write(socket, "GET /api/cluster HTTP/1.1\r\nHost: localhost\r\nX-Slow: ");

            assertThat(drip(socket, "x")).isBetween(500_000_000L, 6_000_000_000L);
            assertThat(server.get("/api/cluster").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aRequestLineThatNeverEndsDoes() throws IOException {
        try (Socket socket = connect()) {
            write(socket, "GET /");

            assertThat(drip(socket, "x")).isBetween(500_000_000L, 6_000_000_000L);
        }
    }

    @Test
    void aKeptConnectionIsNotTakenForASlowOne() throws IOException {
        try (Socket socket = connect()) {
            String request = "GET /api/rooms HTTP/1.1\r\nHost: localhost\r\n\r\n";
            write(socket, request);
            assertThat(socket.getInputStream().read()).isEqualTo('H');
            long start = System.nanoTime();
            while (System.nanoTime() - start < 2_000_000_000L) {
                LockSupport.parkNanos(100_000_000L);
                write(socket, request);
                assertThat(socket.getInputStream().read()).isNotNegative();
            }
        }
    }

    @Test
    void headersThatAreTooLargeAreRefused() {
        assertThat(server.get("/api/cluster", "X-Large", "x".repeat(20_000)).statusCode())
                .isEqualTo(400);
        assertThat(server.get("/api/cluster", "X-Large", "x".repeat(10_000)).statusCode())
                .isEqualTo(200);
    }

    @Test
    void aBodyThatIsTooLargeIsRefused() {
        assertThat(server.post("/api/messages", "x".repeat(1 << 20)).statusCode())
                .isEqualTo(413);
    }
}
