package dev.concord.system;

import dev.concord.system.Witness.Seen;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;

/// Reads the stream of some node from the first message on, and goes on at another whenever it ends, behind the last
/// message that it saw.
final class Subscriber implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String DATA = "data:";
    private static final long PAUSE_NANOS = 50_000_000;

    private final TestCluster cluster;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private final List<Seen> seen = new ArrayList<>();
    private final Thread thread;
    private int node;
    private int connections;
    private volatile long last;
    private volatile boolean running = true;
    private volatile Stream<String> lines = Stream.empty();

    Subscriber(TestCluster cluster, int node) {
        this.cluster = cluster;
        this.node = node;
        this.thread = Thread.ofVirtual().name("subscriber-" + node).start(this::run);
    }

    private void run() {
        while (running) {
            try {
                read();
            } catch (IOException | RuntimeException e) {
                // the node is gone, cut off or paused: the next one
            } catch (InterruptedException e) {
                return;
            }
            node = node % cluster.size() + 1;
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private void read() throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create(cluster.api(node).url() + "/api/messages/stream?after=" + last))
                .timeout(Duration.ofSeconds(5))
                .build();
        HttpResponse<Stream<String>> response = http.send(request, HttpResponse.BodyHandlers.ofLines());
        try (Stream<String> stream = response.body()) {
            lines = stream;
            connections++;
            for (Iterator<String> i = stream.iterator(); running && i.hasNext(); ) {
                String line = i.next();
                if (line.startsWith(DATA)) {
                    var message = JSON.readTree(line.substring(DATA.length()));
                    if (message.has("seq") && message.has("id")) {
                        seen.add(new Seen(
                                message.get("seq").asLong(), message.get("id").asString()));
                        last = message.get("seq").asLong();
                    }
                }
            }
        }
    }

    /// The seq of the last message that it saw.
    long last() {
        return last;
    }

    int connections() {
        return connections;
    }

    /// Moves on to the next node: a stream of a node that stands still does not end by itself.
    void moveOn() {
        lines.close();
    }

    @Override
    public void close() {
        running = false;
        lines.close();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// All that it saw, once it is closed.
    List<Seen> seen() {
        return seen;
    }
}
