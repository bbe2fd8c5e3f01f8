package dev.concord.web.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.access.AccessControl;
import dev.concord.access.AccessMode;
import dev.concord.access.RateLimiter;
import dev.concord.chat.ChatLimits;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

    /// A body in pieces, each well within the time that the server allows between two.
    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 100000", "Transfer-Encoding: chunked"})
    void aBodyThatComesTooSlowlyIsAnsweredSoAndEndsItsConnection(String framing) throws IOException {
        ChatLimits impatient = new ChatLimits(16 * 1024, Duration.ofMillis(250), 10, 10);
        try (ConfiguredServer node = new ConfiguredServer(impatient, "--server.tomcat.connection-timeout=1s");
                Socket socket = node.connect()) {
            ConfiguredServer.write(
                    socket,
                    ConfiguredServer.head(
                            "POST /api/messages HTTP/1.1",
                            "Host: localhost",
                            "Content-Type: application/json",
                            framing));
            String piece = framing.startsWith("Content") ? " " : "1\r\n \r\n";

            String answer = dripAndRead(socket, piece);

            assertThat(answer).startsWith("HTTP/1.1 408").contains("\"code\":\"too-slow\"", "after 1000 ms");
            assertThat(node.node().committed().commitSeq()).isZero();
        }
    }

    /// Who has no token is not given the time either: nothing of what he sends is wanted.
    @Test
    void theRestOfARefusedBodyIsNotAwaited() throws IOException {
        try (Socket socket = connect()) {
            write(socket, refusedPost(1_000_000));
            long start = System.nanoTime();

            assertThat(dripAndRead(socket, "x")).startsWith("HTTP/1.1 403");
            assertThat(System.nanoTime() - start).isBetween(1_000_000_000L, 10_000_000_000L);
        }
    }

    @Test
    void aConnectionOutlivesARefusedBodyThatCame() throws IOException {
        try (Socket socket = connect()) {
            for (int i = 0; i < 3; i++) {
                write(socket, refusedPost(5) + "12345");
                String head = ConfiguredServer.head(socket);
                assertThat(head).startsWith("HTTP/1.1 403").doesNotContain("Connection: close");
                socket.getInputStream().readNBytes(length(head));
            }
        }
    }

    /// A refused body is read on only as far as is cheaper than a new connection.
    @Test
    void aRefusedBodyWithoutEndEndsItsConnection() throws IOException {
        try (Socket socket = connect()) {
            write(socket, refusedPost(Integer.MAX_VALUE));
            byte[] part = new byte[64 * 1024];
            long sent = 0;
            try {
                while (sent < 64L << 20) {
                    socket.getOutputStream().write(part);
                    sent += part.length;
                }
            } catch (IOException e) {
                // the server has had enough
            }
            assertThat(sent).isBetween(2L << 20, 32L << 20); // what it reads, and what sockets hold
        }
    }

    /// The head of a request that is refused whatever its body says.
    private static String refusedPost(int bodyLength) {
        return ConfiguredServer.head(
                "POST /api/messages HTTP/1.1",
                "Host: localhost",
                "Origin: https://evil.example",
                "Content-Length: " + bodyLength);
    }

    private static int length(String head) {
        return head.lines()
                .filter(line -> line.startsWith("Content-Length: "))
                .mapToInt(line -> Integer.parseInt(line.substring(16)))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aBodyThatDoesNotComeAtAllIsAnsweredSo() throws IOException {
        try (Socket socket = connect()) {
            write(
                    socket,
                    ConfiguredServer.head(
                            "POST /api/messages HTTP/1.1",
                            "Host: localhost",
                            "Content-Type: application/json",
                            "Content-Length: 100"));

            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("HTTP/1.1 408")
                    .contains("\"code\":\"too-slow\"");
        }
    }

    /// Sends piece after piece until the server has closed the connection; returns what it said.
    private static String dripAndRead(Socket socket, String piece) throws IOException {
        StringBuilder answer = new StringBuilder();
        long start = System.nanoTime();
        socket.setSoTimeout(100);
        boolean writing = true;
        while (System.nanoTime() - start < 15_000_000_000L) {
            try {
                if (writing) {
                    write(socket, piece);
                }
            } catch (IOException e) {
                writing = false; // closed; what it said may still be here
            }
            try {
                int next = socket.getInputStream().read();
                if (next < 0) {
                    return answer.toString();
                }
                answer.append((char) next);
            } catch (java.net.SocketTimeoutException e) {
                LockSupport.parkNanos(1);
            } catch (IOException e) {
                return answer.toString();
            }
        }
        throw new AssertionError("still open after 15 s; it said: " + answer);
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
