package dev.concord.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The lab of a cluster, as a page or `curl` uses it. Plain sockets, so that a test may name any origin and host.
record Lab(String url, Optional<String> origin, Optional<String> host) {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String NOTHING = "";

    Lab(String url) {
        this(url, Optional.empty(), Optional.empty());
    }

    record Node(int id, String process, boolean cut, long diskDelayMs) {}

    record Link(int from, int to, String cut, long delayMs, long connections) {}

    /// A line of the protocol.
    record Line(String type, int from, int to, String sentAt, String receivedAt, long term, JsonNode details) {
        boolean is(String kind, int sender, int receiver) {
            return type.equals(kind) && from == sender && to == receiver;
        }

        boolean has(String name, Object value) {
            return detail(name).equals(value.toString());
        }

        String detail(String name) {
            return details.path(name).asString(NOTHING);
        }
    }

    Lab asOrigin(String page) {
        return new Lab(url, Optional.of(page), host);
    }

    Lab asHost(String name) {
        return new Lab(url, origin, Optional.of(name));
    }

    /// An order that has to be carried out.
    void order(String path, String body) {
        Api.Answer answer = post(path, body);
        assertThat(answer.status()).as(path + ": " + answer.body()).isEqualTo(200);
    }

    void order(String path) {
        order(path, NOTHING);
    }

    void link(int from, int to, String cut, int delayMs) {
        order("links/" + from + "/" + to, "{\"cut\":\"" + cut + "\",\"delayMs\":" + delayMs + "}");
    }

    Node node(int id) {
        return get(NOTHING)
                .json()
                .get("nodes")
                .valueStream()
                .filter(n -> n.get("id").asInt() == id)
                .map(n -> new Node(
                        id,
                        n.get("process").asString(),
                        n.get("cut").asBoolean(),
                        n.get("diskDelayMs").asLong()))
                .findFirst()
                .orElseThrow();
    }

    List<Link> links() {
        return get(NOTHING)
                .json()
                .get("links")
                .valueStream()
                .map(link -> JSON.treeToValue(link, Link.class))
                .toList();
    }

    List<Line> lines() {
        return get("protocol")
                .json()
                .get("lines")
                .valueStream()
                .map(line -> new Line(
                        line.get("type").asString(),
                        line.get("from").asInt(),
                        line.get("to").asInt(),
                        line.get("sentAt").isNull() ? null : line.get("sentAt").asString(),
                        line.get("receivedAt").isNull()
                                ? null
                                : line.get("receivedAt").asString(),
                        line.get("term").asLong(),
                        line.get("details")))
                .toList();
    }

    /// Whether a leader is there and is not this one.
    boolean isOneOf(int not, int leader) {
        return leader != 0 && leader != not;
    }

    Api.Answer get(String path) {
        return ask("GET", path, NOTHING);
    }

    Api.Answer post(String path, String body) {
        return ask("POST", path, body);
    }

    /// Somebody who watches the events.
    record Watcher(Socket socket) implements AutoCloseable {
        /// The status, and the first of what follows.
        Api.Answer first() {
            try {
                byte[] bytes = new byte[4096];
                int length = 0;
                String text = "";
                while (!text.matches("(?s).*\r\n\r\n.{12}.*")) {
                    int read = socket.getInputStream().read(bytes, length, bytes.length - length);
                    if (read < 0) {
                        break;
                    }
                    length += read;
                    text = new String(bytes, 0, length, StandardCharsets.UTF_8);
                }
                return new Api.Answer(Integer.parseInt(text.substring(9, 12)), text);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            try {
                socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    Watcher watch() {
        URI address = URI.create(url);
        try {
            Socket socket = new Socket(address.getHost(), address.getPort());
            socket.setSoTimeout(30_000);
            String request = "GET /lab/events HTTP/1.1\r\nHost: " + address.getAuthority() + "\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            return new Watcher(socket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Api.Answer ask(String method, String path, String body) {
        URI address = URI.create(url);
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        StringBuilder request = new StringBuilder(method + " /lab");
        request.append(path.isEmpty() ? "" : "/" + path).append(" HTTP/1.1\r\nConnection: close\r\n");
        request.append("Host: ").append(host.orElse(address.getAuthority())).append("\r\n");
        origin.ifPresent(page -> request.append("Origin: ").append(page).append("\r\n"));
        request.append("Content-Type: application/json\r\nContent-Length: ").append(bytes.length);
        request.append("\r\n\r\n").append(body);
        try (Socket socket = new Socket(address.getHost(), address.getPort())) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write(request.toString().getBytes(StandardCharsets.UTF_8));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int end = answer.indexOf("\r\n\r\n");
            return new Api.Answer(Integer.parseInt(answer.substring(9, 12)), answer.substring(end + 4));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
