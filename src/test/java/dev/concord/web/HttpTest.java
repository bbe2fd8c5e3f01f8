package dev.concord.web;

import dev.concord.runtime.SingleNode;
import dev.concord.web.contract.OpenApiContract;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.annotation.DirtiesContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Speaks real HTTP to the real web layer. Tests share one server and its log, so each counts from where it begins.
@SpringBootTest(classes = WebTestApplication.class, webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
@DirtiesContext(classMode = DirtiesContext.ClassMode.AFTER_CLASS)
abstract class HttpTest {
    static final HttpClient CLIENT = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final AtomicLong IDS = new AtomicLong();

    @LocalServerPort
    int port;

    @Autowired
    SingleNode node;

    @AfterEach
    void letTheNodeBe() {
        node.answerNormally();
        node.regainQuorum();
        node.setServing(true);
        node.setInCluster(true);
        node.setStale(false);
        node.failHandover("");
    }

    static String newId() {
        return "test-" + IDS.incrementAndGet();
    }

    long commit() {
        return node.committed().commitSeq();
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                .timeout(Duration.ofSeconds(60));
    }

    HttpResponse<String> get(String path, String... headers) throws IOException, InterruptedException {
        return send(withHeaders(request(path).GET(), headers));
    }

    HttpResponse<String> post(String path, String body, String... headers) throws IOException, InterruptedException {
        return send(withHeaders(
                request(path)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body)),
                headers));
    }

    HttpResponse<String> bulk(String body) throws IOException, InterruptedException {
        return send(request("/api/messages")
                .header("Content-Type", "application/x-ndjson")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    static HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpRequest asked = request.build();
        return OpenApiContract.INSTANCE.check(asked, CLIENT.send(asked, HttpResponse.BodyHandlers.ofString()));
    }

    private static HttpRequest.Builder withHeaders(HttpRequest.Builder request, String... headers) {
        return headers.length == 0 ? request : request.headers(headers);
    }

    /// Says something, and returns its seq.
    long say(String room, String text) throws IOException, InterruptedException {
        HttpResponse<String> answer = post(
                "/api/messages",
                "{\"sender\":\"ada\",\"text\":\"" + text + "\",\"room\":\"" + room + "\",\"id\":\"" + newId() + "\"}");
        return json(answer).get("seq").asLong();
    }

    /// The head of a request as it stands on the wire.
    static byte[] head(String... lines) {
        return (String.join("\r\n", lines) + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    static JsonNode json(HttpResponse<String> response) {
        return JSON.readTree(response.body());
    }

    static JsonNode json(String text) {
        return JSON.readTree(text);
    }
}
