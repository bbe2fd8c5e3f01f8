package dev.concord.cli.lab;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.concord.cli.lab.ProtocolView.Line;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The lab over HTTP, on this machine only: `GET /lab`, `GET /lab/protocol`, `GET /lab/events`, and the orders below
/// `/lab` as POST. The web server is the small one of the JDK, because `concord up` is no Spring application.
final class LabServer implements AutoCloseable {
    static final int CONFLICT = 409;
    /// Watchers at the same time; a page is one.
    static final int MAX_WATCHERS = 32;

    static final int MAX_BODY_BYTES = 1024;

    private static final int OK = 200;
    private static final int NO_CONTENT = 204;
    private static final int BAD_REQUEST = 400;
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    private static final int METHOD_NOT_ALLOWED = 405;
    private static final int UNAVAILABLE = 503;
    private static final int BACKLOG = 32;
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(5);
    private static final Pattern NODE = Pattern.compile("/lab/nodes/(\\d{1,4})/([a-z]+)");
    private static final Pattern LINK = Pattern.compile("/lab/links/(\\d{1,4})/(\\d{1,4})");
    private static final Pattern AFTER = Pattern.compile("after=(\\d{1,15})");

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final Lab lab;
    private final HttpServer http;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore watchers = new Semaphore(MAX_WATCHERS);
    private final LabDoor door;

    LabServer(Lab lab, int port) throws IOException {
        this.lab = lab;
        this.door = new LabDoor(lab.nodeUrls());
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        try {
            this.http = HttpServer.create(address, BACKLOG);
        } catch (IOException e) {
            throw taken(address, "--lab-port", e);
        }
        http.setExecutor(threads);
        http.createContext("/", this::handle);
    }

    /// A listening socket, or an error that says what to do.
    ///
    /// @param option of the command that chooses the port
    static ServerSocket listening(InetSocketAddress address, int backlog, String option) throws IOException {
        ServerSocket server = new ServerSocket();
        try {
            server.bind(address, backlog);
            return server;
        } catch (IOException e) {
            server.close();
            throw taken(address, option, e);
        }
    }

    private static IOException taken(InetSocketAddress address, String option, IOException cause) {
        return new IOException(
                "cannot listen at 127.0.0.1:" + address.getPort() + " (" + cause.getMessage()
                        + "): choose another port with " + option,
                cause);
    }

    void start() {
        http.start();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Headers asked = exchange.getRequestHeaders();
            String origin = asked.getFirst("Origin");
            Optional<String> refusal = door.refusal(
                    exchange.getRequestMethod(), origin, asked.getFirst("Host"), asked.getFirst("Sec-Fetch-Site"));
            if (refusal.isPresent()) {
                problem(exchange, FORBIDDEN, refusal.get());
                return;
            }
            Headers told = exchange.getResponseHeaders();
            told.set("Vary", "Origin");
            if (origin != null) {
                told.set("Access-Control-Allow-Origin", origin);
                told.set("Access-Control-Allow-Methods", "GET, POST");
                told.set("Access-Control-Allow-Headers", "Content-Type");
            }
            answer(exchange);
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        try {
            switch (exchange.getRequestMethod()) {
                case "GET" -> show(exchange);
                case "POST" -> {
                    order(exchange.getRequestURI().getPath(), body(exchange));
                    json(exchange, OK, "application/json", lab.view());
                }
                case "OPTIONS" -> exchange.sendResponseHeaders(NO_CONTENT, -1);
                default -> problem(exchange, METHOD_NOT_ALLOWED, "the lab takes GET and POST");
            }
        } catch (OrderRefusedException e) {
            problem(exchange, e.status(), String.valueOf(e.getMessage()));
        }
    }

    private void show(HttpExchange exchange) throws IOException, OrderRefusedException {
        switch (exchange.getRequestURI().getPath()) {
            case "/lab" -> json(exchange, OK, "application/json", lab.view());
            case "/lab/protocol" -> json(exchange, OK, "application/json", protocol(after(exchange)));
            case "/lab/events" -> events(exchange);
            default -> throw notFound();
        }
    }

    private record Protocol(long version, List<Line> lines) {}

    private Protocol protocol(long after) {
        long version = lab.protocol().version(); // first: a line that comes in between is sent twice, not never
        return new Protocol(version, lab.protocol().after(after));
    }

    private static long after(HttpExchange exchange) throws OrderRefusedException {
        String query = exchange.getRequestURI().getQuery();
        if (query == null) {
            return 0;
        }
        Matcher matcher = AFTER.matcher(query);
        if (!matcher.matches()) {
            throw new OrderRefusedException(BAD_REQUEST, "the only parameter is after, a version");
        }
        return Long.parseLong(matcher.group(1));
    }

    /// `state` and `protocol` as they change, until the reader goes away.
    private void events(HttpExchange exchange) throws IOException, OrderRefusedException {
        if (!watchers.tryAcquire()) {
            throw new OrderRefusedException(UNAVAILABLE, MAX_WATCHERS + " watch already: close a page");
        }
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        exchange.sendResponseHeaders(OK, 0);
        try (OutputStream out = exchange.getResponseBody()) {
            LabView shown = null;
            long version = 0;
            long seen = -1;
            while (true) {
                seen = lab.changes().await(seen, KEEP_ALIVE);
                LabView view = lab.view();
                Protocol news = protocol(version);
                StringBuilder text = new StringBuilder();
                if (!view.equals(shown)) {
                    text.append(event("state", view));
                }
                if (!news.lines().isEmpty()) {
                    text.append(event("protocol", news));
                }
                shown = view;
                version = news.version();
                out.write((text.isEmpty() ? ":\n\n" : text.toString()).getBytes(StandardCharsets.UTF_8));
                out.flush();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            watchers.release();
        }
    }

    private static String event(String name, Object data) {
        return "event: " + name + "\ndata: " + JSON.writeValueAsString(data) + "\n\n";
    }

    private void order(String path, JsonNode body) throws OrderRefusedException, IOException {
        Matcher node = NODE.matcher(path);
        Matcher link = LINK.matcher(path);
        try {
            if (path.equals("/lab/heal")) {
                only(body);
                lab.heal();
            } else if (node.matches()) {
                order(Integer.parseInt(node.group(1)), node.group(2), body);
            } else if (link.matches()) {
                only(body, "cut", "delayMs");
                lab.setLink(
                        Integer.parseInt(link.group(1)),
                        Integer.parseInt(link.group(2)),
                        cut(body),
                        Duration.ofMillis(millis(body, Network.MAX_DELAY.toMillis())));
            } else {
                throw notFound();
            }
        } catch (IllegalArgumentException e) {
            throw new OrderRefusedException(NOT_FOUND, String.valueOf(e.getMessage()));
        }
    }

    private void order(int id, String word, JsonNode body) throws OrderRefusedException, IOException {
        if (word.equals("disk")) {
            only(body, "delayMs");
            lab.slowDisk(id, millis(body, Lab.MAX_DISK_DELAY_MS));
        } else {
            only(body);
            lab.order(id, NodeOrder.of(word).orElseThrow(LabServer::notFound));
        }
    }

    private static Cut cut(JsonNode body) throws OrderRefusedException {
        JsonNode value = body.get("cut");
        if (value == null) {
            return Cut.NONE;
        }
        for (Cut cut : Cut.values()) {
            if (value.isString() && value.asString().equals(LabView.word(cut))) {
                return cut;
            }
        }
        throw new OrderRefusedException(BAD_REQUEST, "cut is none, silence or reset");
    }

    private static long millis(JsonNode body, long most) throws OrderRefusedException {
        JsonNode value = body.get("delayMs");
        if (value == null) {
            return 0;
        }
        if (!value.isIntegralNumber() || value.asLong(-1) < 0 || value.asLong(-1) > most) {
            throw new OrderRefusedException(BAD_REQUEST, "delayMs is a whole number from 0 to " + most);
        }
        return value.asLong();
    }

    private static void only(JsonNode body, String... known) throws OrderRefusedException {
        for (String name : body.propertyNames()) {
            if (!List.of(known).contains(name)) {
                throw new OrderRefusedException(BAD_REQUEST, "nothing here is called " + name);
            }
        }
    }

    private static JsonNode body(HttpExchange exchange) throws IOException, OrderRefusedException {
        byte[] bytes = exchange.getRequestBody().readNBytes(MAX_BODY_BYTES + 1);
        if (bytes.length > MAX_BODY_BYTES) {
            throw new OrderRefusedException(BAD_REQUEST, "an order has at most " + MAX_BODY_BYTES + " bytes");
        }
        if (bytes.length == 0) {
            return JSON.createObjectNode();
        }
        try {
            JsonNode body = JSON.readTree(bytes);
            if (body.isObject()) {
                return body;
            }
        } catch (JacksonException e) {
            // the same answer as for JSON of another kind
        }
        throw new OrderRefusedException(BAD_REQUEST, "the body of an order is a JSON object, or nothing");
    }

    private static OrderRefusedException notFound() {
        return new OrderRefusedException(
                NOT_FOUND,
                "the lab has /lab, /lab/nodes/N/ORDER, /lab/links/A/B, /lab/heal, /lab/protocol, /lab/events");
    }

    private static void problem(HttpExchange exchange, int status, String detail) throws IOException {
        json(exchange, status, "application/problem+json", Map.of("status", status, "detail", detail));
    }

    private static void json(HttpExchange exchange, int status, String type, Object value) throws IOException {
        byte[] bytes = JSON.writeValueAsBytes(value);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        http.stop(0);
        threads.shutdownNow();
    }
}
