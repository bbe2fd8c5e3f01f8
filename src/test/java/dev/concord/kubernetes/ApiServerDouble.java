package dev.concord.kubernetes;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// As much of a Kubernetes API server as `kubectl apply` and its relatives need, over real HTTP: discovery,
/// the kinds of [StrictTypes], objects that are kept. It is as strict as one with field validation; it runs
/// nothing.
final class ApiServerDouble implements AutoCloseable {
    static final JsonMapper JSON = new JsonMapper();

    private static final Pattern OBJECT =
            Pattern.compile("/(?:api/(?<core>v1)|apis/(?<group>[^/]+/[^/]+))/namespaces/default/(?<plural>[a-z]+)"
                    + "(?:/(?<name>[^/]+)(?<sub>/scale)?)?");

    private final HttpServer server;
    private final List<StrictTypes.Kind> kinds;
    private final Map<String, ObjectNode> objects = new ConcurrentSkipListMap<>();
    private final List<String> writes = new CopyOnWriteArrayList<>();
    private final AtomicLong versions = new AtomicLong();

    /// @param withMonitoring whether the definitions of the Prometheus operator are installed
    ApiServerDouble(boolean withMonitoring) throws IOException {
        kinds = StrictTypes.KINDS.stream()
                .filter(kind -> withMonitoring || !kind.isCustom())
                .toList();
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /// Every request that changed something, `POST statefulsets/concord`, in order.
    List<String> writes() {
        return List.copyOf(writes);
    }

    /// The kept objects, by `plural/name`.
    Map<String, ObjectNode> objects() {
        return objects;
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            Matcher object = OBJECT.matcher(path);
            Reply reply = object.matches()
                    ? object(exchange, object, body)
                    : Discovery.answer(path, kinds)
                            .map(json -> new Reply(200, json))
                            .orElse(Reply.status(404, "NotFound", "there is nothing at " + path));
            send(exchange, reply);
        }
    }

    private record Reply(int code, JsonNode body) {
        static Reply status(int code, String reason, String message) {
            return new Reply(
                    code,
                    JSON.createObjectNode()
                            .put("kind", "Status")
                            .put("apiVersion", "v1")
                            .put("status", "Failure")
                            .put("reason", reason)
                            .put("message", message)
                            .put("code", code));
        }
    }

    private Reply object(HttpExchange exchange, Matcher at, String body) {
        String version = at.group("core") == null ? at.group("group") : at.group("core");
        String plural = at.group("plural");
        Optional<StrictTypes.Kind> kind = kinds.stream()
                .filter(k -> k.apiVersion().equals(version) && k.plural().equals(plural))
                .findFirst();
        if (kind.isEmpty()) {
            return Reply.status(404, "NotFound", "the server could not find the requested resource");
        }
        boolean scale = at.group("sub") != null;
        return switch (exchange.getRequestMethod()) {
            case "GET" -> read(plural, at.group("name"), scale);
            case "POST" -> create(kind.get(), body);
            case "PATCH" ->
                patch(
                        plural + "/" + at.group("name"),
                        exchange.getRequestHeaders().getFirst("Content-Type"),
                        body,
                        scale);
            default -> Reply.status(405, "MethodNotAllowed", exchange.getRequestMethod());
        };
    }

    private Reply read(String plural, String name, boolean scale) {
        ObjectNode object = objects.get(plural + "/" + name);
        if (object == null) {
            return Reply.status(404, "NotFound", plural + " \"" + name + "\" not found");
        }
        return new Reply(200, scale ? scale(object) : object);
    }

    private Reply create(StrictTypes.Kind kind, String body) {
        ObjectNode object = (ObjectNode) JSON.readTree(body);
        String key = kind.plural() + "/" + object.path("metadata").path("name").asString();
        if (objects.containsKey(key)) {
            return Reply.status(409, "AlreadyExists", key + " already exists");
        }
        return keep(201, "POST", key, object);
    }

    private Reply patch(String key, String type, String body, boolean scale) {
        ObjectNode object = objects.get(key);
        if (object == null) {
            return Reply.status(404, "NotFound", key + " not found");
        }
        JsonNode patch = JSON.readTree(body);
        boolean strategic = "application/strategic-merge-patch+json".equals(type);
        if (!strategic && !"application/merge-patch+json".equals(type)) {
            return Reply.status(415, "UnsupportedMediaType", type);
        }
        Reply reply = keep(200, "PATCH", key, (ObjectNode) MergePatch.apply(object, patch, strategic));
        return scale && reply.code() == 200 ? new Reply(200, scale((ObjectNode) reply.body())) : reply;
    }

    private Reply keep(int code, String method, String key, ObjectNode object) {
        try {
            StrictTypes.read(object.toString());
        } catch (IllegalArgumentException e) {
            return Reply.status(400, "BadRequest", "strict decoding error: " + e.getMessage());
        }
        if (object.equals(objects.get(key))) {
            return new Reply(code, object); // as a real server: a change that changes nothing is none
        }
        ObjectNode metadata = (ObjectNode) object.path("metadata");
        metadata.put("namespace", "default")
                .put("uid", key)
                .put("creationTimestamp", "2026-01-01T00:00:00Z")
                .put("resourceVersion", Long.toString(versions.incrementAndGet()));
        objects.put(key, object);
        writes.add(method + " " + key);
        return new Reply(code, object);
    }

    private static ObjectNode scale(ObjectNode object) {
        ObjectNode scale = JSON.createObjectNode().put("kind", "Scale").put("apiVersion", "autoscaling/v1");
        scale.set("metadata", object.path("metadata"));
        scale.set(
                "spec",
                JSON.createObjectNode().set("replicas", object.path("spec").path("replicas")));
        return scale;
    }

    private static void send(HttpExchange exchange, Reply reply) throws IOException {
        byte[] body = reply.body().toString().getBytes(StandardCharsets.UTF_8);
        boolean protobuf = exchange.getRequestURI().getPath().equals("/openapi/v2");
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        // An empty document in the only form in which kubectl reads this one: no types, so it leaves the checking to
        // us.
        exchange.sendResponseHeaders(reply.code(), protobuf ? -1 : body.length);
        if (!protobuf) {
            exchange.getResponseBody().write(body);
        }
    }
}
