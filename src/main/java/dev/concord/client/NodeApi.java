package dev.concord.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// The HTTP API of one node. Blocking, and without threads of its own: a command has done its work before a larger HTTP
/// client has started.
///
/// **Threads.** Any number; each call stands alone.
public final class NodeApi {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    /// Longest error body that is read.
    static final int MAX_PROBLEM_BYTES = 64 * 1024;

    private final String url;
    private final String token;
    private final @Nullable SSLContext tls;

    /// @param url base URL, without a slash at its end
    public NodeApi(String url) {
        this(url, "");
    }

    /// @param token what shows who asks; empty for nothing
    public NodeApi(String url, String token) {
        this(url, token, null);
    }

    /// @param tls trusts the certificates of the nodes; null for those that Java trusts
    public NodeApi(String url, String token, @Nullable SSLContext tls) {
        this.url = url;
        this.token = token;
        this.tls = tls;
    }

    /// Another node of the same cluster, asked by the same client.
    NodeApi at(String otherUrl) {
        return new NodeApi(otherUrl, token, tls);
    }

    public String url() {
        return url;
    }

    /// What this node knows of its cluster.
    public ClusterView cluster(Duration timeout) throws IOException {
        try (Response response = get("/api/cluster", "application/json", timeout)) {
            if (!response.isOk()) {
                throw new BadAnswerException(url + " answered " + response.problem());
            }
            return ClusterView.parse(response.readAll());
        }
    }

    /// Whether this node says that it can serve clients.
    public boolean isReady() throws IOException {
        try (Response response = get("/actuator/health/readiness", "application/json", CONNECT_TIMEOUT)) {
            return response.isOk();
        }
    }

    /// Whether this node tells who is connected. One that runs an older program does not.
    boolean knowsPresence() throws IOException {
        return presence().isPresent();
    }

    /// Who is connected to the cluster; empty if this node does not tell.
    public Optional<Presence> presence() throws IOException {
        try (Response response = get("/api/presence", "application/json", CONNECT_TIMEOUT)) {
            return response.isOk()
                    ? Optional.of(Presence.parse(new String(response.readAll(), StandardCharsets.UTF_8)))
                    : Optional.empty();
        }
    }

    /// How far the clock of this node is ahead of the one here, to half a second; empty if it does not tell its time.
    public OptionalLong clockAheadMs() throws IOException {
        long before = System.currentTimeMillis();
        try (Response response = get("/api/cluster", "application/json", CONNECT_TIMEOUT)) {
            response.readAll();
            long here = (before + System.currentTimeMillis()) / 2;
            long there = response.connection.getHeaderFieldDate("Date", 0);
            return there == 0 ? OptionalLong.empty() : OptionalLong.of(there + 500 - here); // whole seconds, cut
        }
    }

    /// The rooms of this cluster, in the order of their names.
    public List<RoomSummary> rooms() throws IOException {
        try (Response response = get("/api/rooms", "application/json", CONNECT_TIMEOUT)) {
            if (!response.isOk()) {
                throw new BadAnswerException(url + " answered " + response.problem());
            }
            return RoomSummary.parse(response.readAll());
        }
    }

    /// Takes a member out of the cluster; returns when that is committed.
    ///
    /// @param timeout how long the node may take
    public void removeMember(long id, Duration timeout) throws IOException, ProblemException {
        HttpURLConnection connection = open("/api/cluster/members/" + id, "application/json", timeout);
        connection.setRequestMethod("DELETE");
        try (Response response = new Response(connection)) {
            if (!response.isOk()) {
                throw new ProblemException(response.problem());
            }
            response.readAll();
        }
    }

    /// @param timeout longest silence of the node, before and within its answer
    Response get(String path, String accept, Duration timeout) throws IOException {
        HttpURLConnection connection = open(path, accept, timeout);
        return new Response(connection);
    }

    Response post(String path, String contentType, String body, Duration timeout) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        HttpURLConnection connection = open(path, contentType, timeout);
        connection.setRequestMethod("POST");
        connection.setDoOutput(true);
        connection.setRequestProperty("Content-Type", contentType);
        connection.setFixedLengthStreamingMode(bytes.length); // and so it never repeats a request on its own
        try (OutputStream out = connection.getOutputStream()) {
            out.write(bytes);
        }
        return new Response(connection);
    }

    /// PUT without a body: the path says it all.
    Response put(String path, String accept, Duration timeout) throws IOException {
        HttpURLConnection connection = open(path, accept, timeout);
        connection.setRequestMethod("PUT");
        return new Response(connection);
    }

    private HttpURLConnection open(String path, String accept, Duration timeout) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) URI.create(url + path).toURL().openConnection(Proxy.NO_PROXY);
        connection.setConnectTimeout((int) CONNECT_TIMEOUT.toMillis());
        connection.setReadTimeout((int) timeout.toMillis());
        connection.setInstanceFollowRedirects(false);
        connection.setUseCaches(false);
        connection.setRequestProperty("Accept", accept);
        if (tls != null && connection instanceof HttpsURLConnection secure) {
            secure.setSSLSocketFactory(tls.getSocketFactory());
        }
        if (!token.isEmpty()) {
            connection.setRequestProperty("Authorization", "Bearer " + token);
        }
        return connection;
    }

    /// A client that opens WebSockets to nodes of this cluster.
    HttpClient webSockets() {
        HttpClient.Builder builder = HttpClient.newBuilder().proxy(HttpClient.Builder.NO_PROXY);
        if (tls != null) {
            builder.sslContext(tls);
        }
        return builder.build();
    }

    CompletableFuture<WebSocket> webSocket(WebSocket.Builder builder, WebSocket.Listener listener) {
        if (!token.isEmpty()) {
            builder.header("Authorization", "Bearer " + token);
        }
        return builder.buildAsync(URI.create("ws" + url.substring("http".length()) + "/ws"), listener);
    }

    /// A path with query parameters; those without a value are left out.
    static String path(String path, Map<String, String> parameters) {
        StringBuilder text = new StringBuilder(path);
        char separator = '?';
        for (Map.Entry<String, String> parameter : parameters.entrySet()) {
            if (!parameter.getValue().isEmpty()) {
                text.append(separator).append(parameter.getKey()).append('=');
                text.append(URLEncoder.encode(parameter.getValue(), StandardCharsets.UTF_8));
                separator = '&';
            }
        }
        return text.toString();
    }

    /// An answer whose body is read while it arrives.
    static final class Response implements AutoCloseable {
        private final HttpURLConnection connection;
        private final int status;
        private boolean complete;

        private Response(HttpURLConnection connection) throws IOException {
            this.connection = connection;
            this.status = connection.getResponseCode();
        }

        int status() {
            return status;
        }

        boolean isOk() {
            return status >= 200 && status < 300;
        }

        /// The number in this header, or -1.
        long number(String header) {
            String value = Objects.requireNonNullElse(connection.getHeaderField(header), "");
            return value.matches("\\d{1,18}") ? Long.parseLong(value) : -1;
        }

        InputStream body() throws IOException {
            return connection.getInputStream();
        }

        byte[] readAll() throws IOException {
            byte[] bytes = body().readAllBytes();
            complete = true;
            return bytes;
        }

        /// The body is read to its end: the connection may be used again.
        void completed() {
            complete = true;
        }

        Problem problem() throws IOException {
            try (InputStream error = connection.getErrorStream()) {
                if (error == null && status == Problem.UNAUTHENTICATED) { // Java keeps the body of this one to itself
                    return new Problem(status, "unauthenticated", "the node needs a token that it knows", false);
                }
                byte[] body = error == null ? new byte[0] : error.readNBytes(MAX_PROBLEM_BYTES);
                complete = true;
                return Problem.of(status, body);
            }
        }

        @Override
        public void close() {
            if (!complete) {
                connection.disconnect();
            }
        }
    }
}
