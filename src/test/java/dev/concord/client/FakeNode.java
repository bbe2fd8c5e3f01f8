package dev.concord.client;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// A real HTTP server that speaks as much of the API as a client needs, and fails on request.
public final class FakeNode implements AutoCloseable {
    private static final int UNLIMITED = Integer.MAX_VALUE;

    private final FakeCluster cluster;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Queue<Fault> faults = new ConcurrentLinkedQueue<>();
    private final AtomicInteger linesBeforeCut = new AtomicInteger(UNLIMITED);
    private final AtomicInteger mostLines = new AtomicInteger();
    private volatile int linesPerAnswer = UNLIMITED;
    private volatile long skipped;
    private volatile long earliest = 1;
    private volatile String view = "";
    private volatile String removed = "";
    private volatile @Nullable Fault refusedRemoval;
    private volatile boolean stopped;

    /// An answer instead of the right one.
    ///
    /// @param stored whether a submitted message is stored all the same
    private record Fault(int status, String code, boolean stored) {}

    public FakeNode(FakeCluster cluster) {
        this.cluster = cluster;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            try (exchange) {
                handle(exchange);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        server.start();
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    public NodeApi api() {
        return new NodeApi(url());
    }

    /// The next request gets this problem.
    public FakeNode failing(int status, String code) {
        faults.add(new Fault(status, code, false));
        return this;
    }

    /// The next message is stored, but its sender is told that nobody knows.
    public FakeNode storingWithoutAnswer() {
        faults.add(new Fault(504, "commit-unknown", true));
        return this;
    }

    /// After so many lines of streamed answers the connection is cut, once.
    public FakeNode cuttingAfter(int lines) {
        linesBeforeCut.set(lines);
        return this;
    }

    /// Every streamed answer ends after so many lines, as if it were complete.
    public FakeNode endingAfter(int lines) {
        linesPerAnswer = lines;
        return this;
    }

    /// Leaves this message out of every answer.
    public FakeNode withoutMessage(long seq) {
        skipped = seq;
        return this;
    }

    /// Retention has removed all messages before this one.
    public FakeNode withoutMessagesBefore(long seq) {
        earliest = seq;
        return this;
    }

    /// What this node says of its cluster.
    public FakeNode saying(String clusterJson) {
        view = clusterJson;
        return this;
    }

    /// Every removal gets this problem.
    public void failingRemovals(int status, String code) {
        refusedRemoval = new Fault(status, code, false);
    }

    /// Lines of the largest bulk request.
    public int mostLinesInARequest() {
        return mostLines.get();
    }

    /// The path of the last DELETE.
    public String removed() {
        return removed;
    }

    @Override
    public void close() {
        stopped = true;
        server.stop(0);
        threads.shutdownNow();
    }

    private void handle(HttpExchange exchange) throws IOException, InterruptedException {
        String path = exchange.getRequestURI().getPath();
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        Fault fault = faults.poll();
        if (fault != null) {
            if (fault.stored) {
                cluster.submit(Json.object(body.getBytes(StandardCharsets.UTF_8)));
            }
            answer(exchange, fault.status, problem(fault.status, fault.code));
        } else if (Long.parseLong(query(exchange).getOrDefault("after", "999999999")) + 1 < earliest) {
            answer(
                    exchange,
                    410,
                    "{\"status\":410,\"code\":\"message-removed\",\"detail\":\"gone\",\"retryable\":false,\"earliest\":"
                            + earliest + "}");
        } else if ("/api/cluster".equals(path)) {
            answer(
                    exchange,
                    200,
                    view.isEmpty() ? "{\"node\":1,\"commit\":" + cluster.commit() + ",\"members\":[]}" : view);
        } else if ("DELETE".equals(exchange.getRequestMethod())) {
            removed = path;
            Fault refusal = refusedRemoval;
            answer(
                    exchange,
                    refusal == null ? 200 : refusal.status,
                    refusal == null ? "{}" : problem(refusal.status, refusal.code));
        } else if ("/api/messages/stream".equals(path)) {
            live(exchange, query(exchange));
        } else if ("POST".equals(exchange.getRequestMethod())) {
            submit(exchange, body);
        } else if (exchange.getRequestHeaders().getFirst("Accept").contains("ndjson")) {
            range(exchange, query(exchange));
        } else {
            page(exchange, query(exchange));
        }
    }

    private void submit(HttpExchange exchange, String body) throws IOException {
        if (!exchange.getRequestHeaders().getFirst("Content-Type").contains("ndjson")) {
            long seq = cluster.submit(Json.object(body.getBytes(StandardCharsets.UTF_8)));
            answer(exchange, 201, cluster.message(seq));
            return;
        }
        exchange.sendResponseHeaders(200, 0);
        mostLines.accumulateAndGet((int) body.lines().count(), Math::max);
        for (String line : body.lines().toList()) {
            Map<String, @Nullable Object> fields = Json.object(line.getBytes(StandardCharsets.UTF_8));
            String result = "forbidden".equals(fields.get("text"))
                    ? problem(422, "bad-text")
                    : "{\"seq\":" + cluster.submit(fields) + "}";
            write(exchange, result + "\n");
        }
    }

    private void page(HttpExchange exchange, Map<String, String> query) throws IOException {
        long limit = Long.parseLong(query.getOrDefault("limit", "50"));
        String room = query.getOrDefault("room", "");
        StringBuilder messages = new StringBuilder();
        long found = 0;
        for (long seq = cluster.commit(); seq > 0 && found < limit; seq--) {
            if (isIn(room, cluster.message(seq))) {
                messages.insert(0, cluster.message(seq) + (messages.isEmpty() ? "" : ","));
                found++;
            }
        }
        answer(
                exchange,
                200,
                "{\"messages\":[" + messages + "],\"earliest\":1,\"commit\":" + cluster.commit() + ",\"next\":"
                        + cluster.commit() + "}");
    }

    private void range(HttpExchange exchange, Map<String, String> query) throws IOException {
        exchange.sendResponseHeaders(200, 0);
        long before = Math.min(cluster.commit() + 1, Long.parseLong(query.getOrDefault("before", "999999999")));
        int lines = 0;
        for (long seq = Long.parseLong(query.get("after")) + 1; seq < before && lines < linesPerAnswer; seq++) {
            if (seq != skipped && isIn(query.getOrDefault("room", ""), cluster.message(seq))) {
                write(exchange, cluster.message(seq) + "\n");
                lines++;
            }
        }
    }

    private void live(HttpExchange exchange, Map<String, String> query) throws IOException, InterruptedException {
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        exchange.getResponseBody().write(": connected\n\n".getBytes(StandardCharsets.UTF_8));
        exchange.getResponseBody().flush();
        long last = Long.parseLong(query.get("after"));
        while (!stopped) {
            if (!cluster.awaitAfter(last, 50)) {
                continue;
            }
            last++;
            if (last != skipped && isIn(query.getOrDefault("room", ""), cluster.message(last))) {
                write(exchange, "id: " + last + "\ndata: " + cluster.message(last) + "\n\n");
            }
        }
    }

    private void write(HttpExchange exchange, String line) throws IOException {
        if (linesBeforeCut.getAndUpdate(left -> left == UNLIMITED ? UNLIMITED : left - 1) == 0) {
            linesBeforeCut.set(UNLIMITED);
            throw new IOException("cut on request");
        }
        OutputStream out = exchange.getResponseBody();
        out.write(line.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    private static boolean isIn(String room, String message) {
        return room.isEmpty() || message.contains("\"room\":\"" + room + "\"");
    }

    private static Map<String, String> query(HttpExchange exchange) {
        Map<String, String> query = new LinkedHashMap<>();
        String text = exchange.getRequestURI().getQuery();
        for (String parameter : (text == null ? "" : text).split("&", -1)) {
            int equals = parameter.indexOf('=');
            if (equals > 0) {
                query.put(parameter.substring(0, equals), parameter.substring(equals + 1));
            }
        }
        return query;
    }

    private static String problem(int status, String code) {
        return "{\"status\":" + status + ",\"code\":\"" + code + "\",\"detail\":\"as the test wanted\",\"retryable\":"
                + (status >= 500) + "}";
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }
}
