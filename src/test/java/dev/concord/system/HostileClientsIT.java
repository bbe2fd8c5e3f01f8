package dev.concord.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Connections without end, to the port of the clients and to that of the peers of real nodes, and clients that send a
/// byte now and then, or never read. The nodes stay small, say so, and go on for all others.
class HostileClientsIT {
    private static final int IDLE_CLIENTS = 10_000;
    private static final int IDLE_PEERS = 300;
    private static final int SLOW_CLIENTS = 200;
    /// Memory that all of them together may cost a node.
    private static final long MOST_KIB = 256 << 10;

    @TempDir
    private Path folder;

    private final List<Socket> sockets = new ArrayList<>();

    @AfterEach
    void hangUp() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    @Test
    void tenThousandIdleConnectionsAndHundredsOfSlowOnesDisturbNobody() throws Exception {
        try (ClusterProcesses cluster = new ClusterProcesses(folder, 3).start().awaitReady();
                Load load = new Load(cluster, "load", 60, 1)) {
            cluster.awaitLeader(1, 3);
            load.awaitMore(300);
            NodeProcess victim = cluster.node(3);
            long term = cluster.api(1).cluster().term();
            long before = victim.rssKib();

            int http = URI.create(victim.url()).getPort();
            for (int i = 0; i < IDLE_CLIENTS; i++) {
                say(open(http), "GET /actuator/health/liveness HTTP/1.1\r\nHost: x\r\n\r\n"); // then silence
            }
            ClusterProcesses.await("all are connected", () -> openFiles(victim) > IDLE_CLIENTS);
            long most = openFiles(victim);
            for (int i = 0; i < SLOW_CLIENTS; i++) {
                say(open(http), "POST /api/messages HTTP/1.1\r\nHost: x\r\nContent-Le");
                say(open(http), "GET /api/messages/stream?after=0 HTTP/1.1\r\nHost: x\r\n\r\n");
            }
            int peers = victim.peerPort();
            for (int i = 0; i < IDLE_PEERS; i++) {
                open(peers);
            }
            long since = System.nanoTime();
            load.awaitMore(600);
            long after = victim.rssKib();
            assertThat(openFiles(victim))
                    .as("connections while the others went on")
                    .isGreaterThan(IDLE_CLIENTS);
            long pause = load.longestPauseSince(since);
            ClusterProcesses.await(
                    "the connections that say nothing are closed", () -> openFiles(victim) < IDLE_CLIENTS / 10);
            load.awaitMore(300);
            System.out.printf(
                    "%d idle clients, %d connections at once, %d slow ones, %d idle peers: %,d KiB more, longest "
                            + "pause %d ms%n",
                    IDLE_CLIENTS,
                    most,
                    2 * SLOW_CLIENTS,
                    IDLE_PEERS,
                    after - before,
                    Duration.ofNanos(pause).toMillis());

            assertThat(after - before).isLessThan(MOST_KIB);
            assertThat(cluster.api(1).cluster().term()).isEqualTo(term);
            assertThat(cluster.api(1).cluster().leader()).isEqualTo(3);
            assertThat(victim.output()).contains("have proved nothing");
            load.stop();
            load.assertKept();
        }
    }

    private Socket open(int port) throws IOException {
        Socket socket = new Socket();
        sockets.add(socket);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 10_000);
        return socket;
    }

    private static void say(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static long openFiles(NodeProcess node) {
        try (Stream<Path> files = Files.list(Path.of("/proc", Long.toString(node.pid()), "fd"))) {
            return files.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
