package dev.concord.web.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concord.transport.Certificates;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Connections of one client, up to its limit and beyond.
class ConnectionLimitTests {
    private static final int MOST = 3;
    private static final String REQUEST = ConfiguredServer.head("GET /api/rooms HTTP/1.1", "Host: localhost");

    private final List<Socket> open = new ArrayList<>();

    @AfterEach
    void hangUp() throws IOException {
        for (Socket socket : open) {
            socket.close();
        }
    }

    @Nested
    class Counting {
        private final ConnectionLimit limit = new ConnectionLimit(2, true);

        private static InetAddress at(String address) throws UnknownHostException {
            return InetAddress.getByName(address);
        }

        @Test
        void eachClientHasItsOwnShare() throws Exception {
            assertThat(limit.tryEnter(at("192.0.2.1"))).isTrue();
            assertThat(limit.tryEnter(at("192.0.2.1"))).isTrue();
            assertThat(limit.tryEnter(at("192.0.2.1"))).isFalse();
            assertThat(limit.tryEnter(at("192.0.2.2"))).isTrue();
        }

        @Test
        void whatHasEndedIsFreeAgainAndNobodyIsRemembered() throws Exception {
            assertThat(limit.tryEnter(at("192.0.2.1"))).isTrue();
            assertThat(limit.tryEnter(at("192.0.2.1"))).isTrue();
            limit.leave(at("192.0.2.1"));
            assertThat(limit.tryEnter(at("192.0.2.1"))).isTrue();
            limit.leave(at("192.0.2.1"));
            limit.leave(at("192.0.2.1"));
            assertThat(limit.clients()).isZero();
        }

        @Test
        void aNetworkOfIpv6IsOneClient() throws Exception {
            assertThat(limit.tryEnter(at("2001:db8:0:1::1"))).isTrue();
            assertThat(limit.tryEnter(at("2001:db8:0:1:ffff::2"))).isTrue();
            assertThat(limit.tryEnter(at("2001:db8:0:1::3"))).isFalse();
            assertThat(limit.tryEnter(at("2001:db8:0:2::1"))).isTrue();
        }

        @Test
        void programsOfThisMachineAreSparedUnlessANumberWasAskedFor() throws Exception {
            ConnectionLimit forAll = new ConnectionLimit(1, false);
            for (int i = 0; i < 5; i++) {
                assertThat(limit.tryEnter(at("127.0.0.1"))).isTrue();
                assertThat(limit.tryEnter(at("::1"))).isTrue();
                assertThat(forAll.tryEnter(at("127.0.0.1"))).isEqualTo(i == 0);
            }
        }

        @Test
        void zeroIsNoLimit() throws Exception {
            ConnectionLimit none = new ConnectionLimit(0, false);
            for (int i = 0; i < 5; i++) {
                assertThat(none.tryEnter(at("192.0.2.1"))).isTrue();
            }
            assertThat(none.clients()).isZero();
        }
    }

    private Socket connect(ConfiguredServer server) throws IOException {
        Socket socket = server.connect();
        open.add(socket);
        return socket;
    }

    private static ConfiguredServer limited(String... more) {
        List<String> properties = new ArrayList<>(List.of(more));
        properties.add("--concord.connection-limit-per-client=" + MOST);
        return new ConfiguredServer(properties.toArray(String[]::new));
    }

    private static String everything(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    /// Asks on new connections until one is served.
    private static void awaitPlace(ConfiguredServer server) throws IOException {
        long deadline = System.nanoTime() + 10_000_000_000L;
        while (System.nanoTime() < deadline) {
            if (server.ask("", REQUEST.strip()).startsWith("HTTP/1.1 200")) {
                return;
            }
            LockSupport.parkNanos(10_000_000L);
        }
        throw new AssertionError("no connection became free within 10 s");
    }

    @Test
    void oneTooManyIsToldSoAndTheOthersGoOn() throws IOException {
        try (ConfiguredServer server = limited()) {
            for (int i = 0; i < MOST; i++) {
                ConfiguredServer.write(connect(server), REQUEST);
                assertThat(ConfiguredServer.head(open.get(i))).startsWith("HTTP/1.1 200");
            }
            Socket tooMany = connect(server);
            ConfiguredServer.write(tooMany, REQUEST);

            assertThat(everything(tooMany))
                    .startsWith("HTTP/1.1 429 \r\nContent-Type: application/problem+json\r\n")
                    .contains("\r\nRetry-After: 5\r\n", "\r\nConnection: close\r\n")
                    .contains("\"code\":\"too-many-connections\"", "has 3 connections open")
                    .doesNotContain("Concord-", "\"leader\"");
            open.getFirst().close();
            awaitPlace(server);
        }
    }

    @Test
    void aConnectionThatSaysNothingCountsAndOneTooManyNeedNotSpeakToBeRefused() throws IOException {
        try (ConfiguredServer server = limited()) {
            for (int i = 0; i < MOST; i++) {
                connect(server);
            }
            assertThat(everything(connect(server))).startsWith("HTTP/1.1 429 ");
        }
    }

    @Test
    void aWebSocketCountsUntilItEnds() throws IOException {
        try (ConfiguredServer server = limited()) {
            for (int i = 0; i < MOST; i++) {
                ConfiguredServer.write(
                        connect(server),
                        ConfiguredServer.head(
                                "GET /ws HTTP/1.1",
                                "Host: localhost",
                                "Upgrade: websocket",
                                "Connection: Upgrade",
                                "Sec-WebSocket-Version: 13",
                                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="));
                assertThat(ConfiguredServer.head(open.get(i))).startsWith("HTTP/1.1 101");
            }
            assertThat(everything(connect(server))).startsWith("HTTP/1.1 429 ");
            open.getFirst().close();
            awaitPlace(server);
        }
    }

    @Test
    void aFloodIsRefusedWithoutEndAndLeavesNothingBehind() throws IOException {
        try (ConfiguredServer server = limited()) {
            for (int i = 0; i < MOST + 3 * ConnectionRefusal.MAX_TELLING; i++) {
                connect(server);
            }
            for (Socket refused : open.subList(MOST, open.size())) {
                assertThat(everything(refused))
                        .satisfiesAnyOf(
                                said -> assertThat(said).isEmpty(),
                                said -> assertThat(said).startsWith("HTTP/1.1 429 "));
            }
            hangUp();
            awaitPlace(server);
            long deadline = System.nanoTime() + 10_000_000_000L;
            while (server.bean(ConnectionLimit.class).clients() > 0 && System.nanoTime() < deadline) {
                LockSupport.parkNanos(10_000_000L);
            }
            assertThat(server.bean(ConnectionLimit.class).clients()).isZero();
        }
    }

    @Test
    void oneTooManyThatTalksWithoutEndIsNotListenedTo() throws IOException {
        try (ConfiguredServer server = limited()) {
            for (int i = 0; i < MOST; i++) {
                connect(server);
            }
            Socket tooMany = connect(server);
            long sent = 0;
            byte[] words = new byte[8 * 1024];
            try {
                while (sent < 256L << 20) {
                    tooMany.getOutputStream().write(words);
                    sent += words.length;
                }
            } catch (IOException e) {
                // the server has closed it
            }
            assertThat(sent).as("what is read and what sockets hold").isLessThan(32L << 20);
        }
    }

    @Test
    void connectionsBeyondThoseOfTheNodeWaitForTheirTurn() throws IOException {
        try (ConfiguredServer server = new ConfiguredServer("--server.tomcat.max-connections=" + MOST)) {
            for (int i = 0; i < MOST; i++) {
                connect(server);
            }
            Socket waiting = connect(server);
            ConfiguredServer.write(waiting, REQUEST);
            waiting.setSoTimeout(500);
            assertThatThrownBy(() -> waiting.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);

            open.getFirst().close();
            waiting.setSoTimeout(20_000);
            assertThat(ConfiguredServer.head(waiting)).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void withTlsOneTooManyGetsAnAlert(@TempDir Path folder) throws Exception {
        new Certificates(folder, "authority").sign("node").writePem("node", folder, "node");
        try (ConfiguredServer server = limited(
                "--concord.http-tls-certificate-file=" + folder.resolve("node.crt"),
                "--concord.http-tls-key-file=" + folder.resolve("node.key"))) {
            for (int i = 0; i < MOST; i++) {
                connect(server);
            }
            assertThat(connect(server).getInputStream().readAllBytes())
                    .as("a fatal alert, access_denied")
                    .containsExactly(0x15, 3, 3, 0, 2, 2, 49);
        }
    }

    @Test
    void aLimitThatIsReachedDoesNotKeepTheServerFromStopping() throws IOException {
        int port;
        try (ConfiguredServer server = limited()) {
            port = server.port();
            for (int i = 0; i < MOST; i++) {
                connect(server);
            }
            assertThat(everything(connect(server))).startsWith("HTTP/1.1 429 ");
        }
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .noneMatch(name -> name.endsWith("-" + port + "-Acceptor"));
    }

    @Test
    void byDefaultProgramsOfThisMachineHaveNoLimit() throws IOException {
        try (ConfiguredServer server = new ConfiguredServer()) {
            for (int i = 0; i < 5; i++) {
                connect(server);
            }
            assertThat(server.bean(ConnectionLimit.class).clients()).isZero();
            assertThat(server.bean(ConnectionLimit.class).most()).isEqualTo(2_000);
        }
    }
}
