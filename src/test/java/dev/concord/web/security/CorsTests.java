package dev.concord.web.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.access.Role;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Pages of other origins, with and without `allowed_origins`.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CorsTests {
    private static final String MESSAGE = "{\"sender\":\"ada\",\"text\":\"hello\"}";
    private static final String ALLOWED = "https://chat.example";

    @TempDir
    private static Path folder;

    private String writer = "";
    private ConfiguredServer server;
    private ConfiguredServer closed;

    @BeforeAll
    void start() throws IOException {
        Path file = folder.resolve("tokens");
        writer = GuardedServer.token(file, "walt", Role.WRITER, Instant.MAX);
        server = new ConfiguredServer(
                "--concord.client-tokens-file=" + file,
                "--concord.allowed-origins=" + ALLOWED + ", https://other.example:8443");
        closed = new ConfiguredServer("--concord.client-tokens-file=" + file);
    }

    @AfterAll
    void stop() {
        server.close();
        closed.close();
    }

    private static String preflight(ConfiguredServer of, String origin, String method) throws IOException {
        return of.ask(
                "",
                "OPTIONS /api/messages HTTP/1.1",
                "Host: node1.example",
                "Origin: " + origin,
                "Access-Control-Request-Method: " + method,
                "Access-Control-Request-Headers: authorization,content-type,idempotency-key");
    }

    private String get(String origin, String... more) throws IOException {
        List<String> lines =
                new ArrayList<>(List.of("GET /api/messages HTTP/1.1", "Host: node1.example", "Origin: " + origin));
        lines.addAll(List.of(more));
        return server.ask("", lines.toArray(String[]::new));
    }

    private String post(String origin, String host) throws IOException {
        return server.ask(
                MESSAGE,
                "POST /api/messages HTTP/1.1",
                "Host: " + host,
                "Origin: " + origin,
                "Authorization: Bearer " + writer,
                "Content-Type: application/json",
                "Content-Length: " + MESSAGE.length());
    }

    private static String webSocket(ConfiguredServer of, String origin, String host) throws IOException {
        return of.ask(
                "",
                "GET /ws HTTP/1.1",
                "Host: " + host,
                "Origin: " + origin,
                "Upgrade: websocket",
                "Connection: Upgrade",
                "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==");
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "GET", "DELETE", "PUT"})
    void aBrowserThatAsksFirstIsToldWhatAnAllowedPageMayDo(String method) throws IOException {
        String answer = preflight(server, ALLOWED, method);

        assertThat(answer)
                .startsWith("HTTP/1.1 200")
                .containsIgnoringCase("\r\nAccess-Control-Allow-Origin: " + ALLOWED + "\r\n")
                .containsIgnoringCase("\r\nAccess-Control-Max-Age: 3600\r\n")
                .doesNotContainIgnoringCase("Access-Control-Allow-Credentials");
        assertThat(line(answer, "Access-Control-Allow-Methods")).contains(method);
        assertThat(line(answer, "Access-Control-Allow-Headers"))
                .contains("authorization", "content-type", "idempotency-key");
        assertThat(line(answer, "Vary")).contains("Origin");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://evil.example",
                "http://chat.example",
                "https://chat.example:8443",
                "https://chat.example.evil.example",
                "https://sub.chat.example",
                "null"
            })
    void aPageThatIsNotNamedIsAllowedNothing(String origin) throws IOException {
        long before = server.node().committed().commitSeq();

        assertThat(preflight(server, origin, "POST"))
                .startsWith("HTTP/1.1 401")
                .doesNotContainIgnoringCase("Access-Control-Allow");
        assertThat(get(origin, "Authorization: Bearer " + writer)).doesNotContainIgnoringCase("Access-Control-Allow");
        assertThat(post(origin, "node1.example"))
                .startsWith("HTTP/1.1 403")
                .doesNotContainIgnoringCase("Access-Control-Allow");
        assertThat(webSocket(server, origin, "node1.example")).startsWith("HTTP/1.1 403");
        assertThat(server.node().committed().commitSeq()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {ALLOWED, "https://other.example:8443"})
    void anAllowedPageReadsAndSendsWithATokenAndNeverWithCookies(String origin) throws IOException {
        assertThat(get(origin, "Authorization: Bearer " + writer))
                .startsWith("HTTP/1.1 200")
                .containsIgnoringCase("\r\nAccess-Control-Allow-Origin: " + origin + "\r\n")
                .containsIgnoringCase("\r\nAccess-Control-Expose-Headers: *\r\n")
                .doesNotContainIgnoringCase("Access-Control-Allow-Credentials")
                .doesNotContainIgnoringCase("Set-Cookie");
        assertThat(post(origin, "node1.example"))
                .startsWith("HTTP/1.1 201")
                .containsIgnoringCase("\r\nAccess-Control-Allow-Origin: " + origin + "\r\n");
    }

    @Test
    void anAllowedPageNeedsATokenAllTheSameAndCanReadThatItDoes() throws IOException {
        assertThat(get(ALLOWED, "Cookie: token=" + writer))
                .startsWith("HTTP/1.1 401")
                .containsIgnoringCase("\r\nAccess-Control-Allow-Origin: " + ALLOWED + "\r\n");
    }

    @Test
    void anAllowedPageOpensAWebSocket() throws IOException {
        assertThat(webSocket(server, ALLOWED, "node1.example")).startsWith("HTTP/1.1 101");
    }

    /// The proxy speaks TLS with the browser and not with the node, and leaves `Host` as it is.
    @ParameterizedTest
    @CsvSource({"https://node1.example, node1.example", "http://node1.example:8080, node1.example:8080"})
    void theOwnPageIsItsOwnBehindAProxyToo(String origin, String host) throws IOException {
        assertThat(post(origin, host)).startsWith("HTTP/1.1 201");
        assertThat(webSocket(server, origin, host)).startsWith("HTTP/1.1 101");
        assertThat(webSocket(closed, origin, host)).startsWith("HTTP/1.1 101");
    }

    @Test
    void withoutAllowedOriginsNoPageIsToldAnything() throws IOException {
        assertThat(preflight(closed, ALLOWED, "POST")).doesNotContainIgnoringCase("Access-Control-Allow");
        assertThat(webSocket(closed, ALLOWED, "node1.example")).startsWith("HTTP/1.1 403");
    }

    private static String line(String head, String name) {
        return String.join(
                ",",
                head.lines()
                        .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
                        .toList());
    }
}
