package dev.concord.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Readers that have stopped reading do not hold up a node that stops.
class StalledReadersIT {
    private static final int READERS_OF_EACH_KIND = 50;
    /// More than the sockets of both ends can hold, so that the node has to wait for the reader.
    private static final int HISTORY_MESSAGES = 1000;

    /// Requests get 10 s to end when a node stops (`spring.lifecycle.timeout-per-shutdown-phase`); the rest
    /// is for a busy machine. Without that bound, a write to a reader that does not read ends with the
    /// reader.
    private static final long MOST_MILLIS = 15_000;

    private static final String TEXT = "x".repeat(16_000);

    @TempDir
    private Path folder;

    private final List<Socket> readers = new ArrayList<>();

    @AfterEach
    void hangUp() throws IOException {
        for (Socket reader : readers) {
            reader.close();
        }
    }

    @Test
    void aNodeWithAHundredOfThemStopsInTime() throws Exception {
        try (ClusterProcesses cluster = new ClusterProcesses(folder, 1).start().awaitReady()) {
            NodeProcess node = cluster.node(1);
            fill(cluster.api(1));
            for (int i = 0; i < READERS_OF_EACH_KIND; i++) {
                stall(node, "/api/messages/stream?after=0", "text/event-stream");
                stall(node, "/api/messages?after=0", "application/x-ndjson");
            }
            for (String kind : List.of("sse", "ndjson")) {
                ClusterProcesses.await(
                        "all readers of kind " + kind + " are there",
                        () -> cluster.api(1)
                                .get("/actuator/prometheus")
                                .body()
                                .lines()
                                .anyMatch(line -> line.startsWith("concord_subscriptions{")
                                        && line.contains("kind=\"" + kind + "\"")
                                        && line.endsWith(" " + READERS_OF_EACH_KIND + ".0")));
            }

            long start = System.nanoTime();
            node.terminate();
            long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);

            System.out.println("stopped with " + readers.size() + " stalled readers after " + millis + " ms");
            assertThat(node.output()).contains("its log is closed");
            assertThat(millis).isLessThan(MOST_MILLIS);
        }
    }

    private static void fill(Api api) {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < HISTORY_MESSAGES; i++) {
            lines.append("{\"sender\":\"ada\",\"text\":\"").append(TEXT).append("\"}\n");
        }
        assertThat(api.bulk(lines.toString())).hasSize(HISTORY_MESSAGES);
    }

    /// Asks, reads the first byte of the answer, and then no more.
    private void stall(NodeProcess node, String path, String accept) throws IOException {
        Socket socket = new Socket();
        readers.add(socket);
        socket.setReceiveBufferSize(4096);
        URI url = URI.create(node.url());
        socket.connect(new InetSocketAddress(url.getHost(), url.getPort()), 5000);
        socket.setSoTimeout(10_000);
        socket.getOutputStream()
                .write(("GET " + path + " HTTP/1.1\r\nHost: " + url.getAuthority() + "\r\nAccept: " + accept
                                + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        assertThat(socket.getInputStream().read()).isEqualTo('H');
    }
}
