package dev.concord.web.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.access.AccessControl;
import dev.concord.access.AccessMode;
import dev.concord.access.AccessToken;
import dev.concord.access.RateLimiter;
import dev.concord.access.Role;
import dev.concord.access.TokenFile;
import dev.concord.chat.MessageReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Who is let in over HTTP.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AccessTests {
    private static final String MESSAGE = "{\"sender\":\"ada\",\"text\":\"hello\"}";

    @TempDir
    private static Path folder;

    private String reader = "";
    private String writer = "";
    private String admin = "";
    private String expired = "";
    private GuardedServer server;

    @BeforeAll
    void start() throws IOException {
        Path file = folder.resolve("tokens");
        reader = GuardedServer.token(file, "rita", Role.READER, Instant.MAX);
        writer = GuardedServer.token(file, "walt", Role.WRITER, Instant.now().plusSeconds(3600));
        admin = GuardedServer.token(file, "anna", Role.ADMIN, Instant.MAX);
        expired = GuardedServer.token(file, "otto", Role.ADMIN, Instant.now().minusSeconds(1));
        server = new GuardedServer(AccessControl.tokens(List.of(TokenFile.open(file))), RateLimiter.none());
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private static String[] with(String token) {
        return new String[] {"Authorization", "Bearer " + token};
    }

    @Nested
    class WithTokens {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "/api/messages",
                    "/api/messages/1",
                    "/api/messages/stream",
                    "/api/rooms",
                    "/api/presence",
                    "/api/messages/1/changes",
                    "/api/cluster",
                    "/actuator",
                    "/actuator/info",
                    "/actuator/prometheus",
                    "/actuator/cluster",
                    "/error",
                    "/api;x/messages",
                    "/%61pi/messages",
                    "/nothing/here"
                })
        void nothingIsShownWithoutOne(String path) {
            HttpResponse<String> answer = server.get(path);

            assertThat(answer.statusCode()).isEqualTo(401);
            assertThat(answer.headers().firstValue("WWW-Authenticate")).hasValue("Bearer realm=\"concord\"");
            assertThat(answer.body()).contains("\"code\":\"unauthenticated\"").contains("a token is needed");
        }

        @Test
        void nothingIsTakenWithoutOne() {
            long before = server.node().committed().commitSeq();

            assertThat(server.post("/api/messages", MESSAGE).statusCode()).isEqualTo(401);
            assertThat(server.post("/api/cluster/leader", "{\"node\":2}").statusCode())
                    .isEqualTo(401);
            assertThat(server.node().committed().commitSeq()).isEqualTo(before);
        }

        @Test
        void aWrongOneIsRefused() {
            assertThat(server.get("/api/messages", with(AccessToken.random())).body())
                    .contains("the token is unknown");
            assertThat(server.get("/api/messages", with("x".repeat(5000))).statusCode())
                    .isEqualTo(401);
            assertThat(server.get("/api/messages", "Authorization", "Basic YTpi")
                            .body())
                    .contains("is not 'Bearer' and a token");
            assertThat(server.get("/api/messages", "Authorization", "Bearer " + reader, "Authorization", "Bearer x")
                            .body())
                    .contains("two Authorization headers");
        }

        @Test
        void anExpiredOneIsRefused() {
            assertThat(server.get("/api/messages", with(expired)).body()).contains("the token has expired at");
        }

        @Test
        void oneThatIsTooLongIsNotLookedAt() {
            HttpResponse<String> longest = server.get("/api/cluster", with("x".repeat(AccessControl.MAX_TOKEN_LENGTH)));
            HttpResponse<String> tooLong =
                    server.get("/api/cluster", with("x".repeat(AccessControl.MAX_TOKEN_LENGTH + 1)));

            assertThat(longest.statusCode()).isEqualTo(401);
            assertThat(longest.body()).doesNotContain("is longer than");
            assertThat(tooLong.statusCode()).isEqualTo(401);
            assertThat(tooLong.body())
                    .contains("the token is longer than " + AccessControl.MAX_TOKEN_LENGTH + " characters");
        }

        @Test
        void aReaderReadsAndSendsNothing() {
            assertThat(server.get("/api/messages", with(reader)).statusCode()).isEqualTo(200);
            assertThat(server.get("/actuator/prometheus", with(reader)).statusCode())
                    .isEqualTo(200);
            HttpResponse<String> answer = server.post("/api/messages", MESSAGE, with(reader));
            assertThat(answer.statusCode()).isEqualTo(403);
            assertThat(answer.body())
                    .contains("\"code\":\"forbidden\"")
                    .contains("rita is a reader, and this needs a writer");
        }

        @Test
        void aReaderSeesWhoIsThereAndAWriterHintsThatItWrites() {
            String hint = "{\"sender\":\"walt\"}";

            assertThat(server.get("/api/presence", with(reader)).statusCode()).isEqualTo(200);
            assertThat(server.post("/api/presence/typing", hint, with(reader)).statusCode())
                    .isEqualTo(403);
            assertThat(server.post("/api/presence/typing", hint, with(writer)).statusCode())
                    .isEqualTo(202);
        }

        @Test
        void aWriterSendsInItsOwnNameAndChangesNothingElse() {
            assertThat(server.post("/api/messages", MESSAGE, with(writer)).statusCode())
                    .isEqualTo(201);
            assertThat(userOfNewest()).isEqualTo("walt");
            assertThat(server.post(
                                    "/api/messages",
                                    MESSAGE + "\n",
                                    "Authorization",
                                    "Bearer " + writer,
                                    "Content-Type",
                                    "application/x-ndjson")
                            .body())
                    .contains("\"status\":201");
            assertThat(userOfNewest()).isEqualTo("walt");
            assertThat(server.post("/api/cluster/leader", "{\"node\":2}", with(writer))
                            .statusCode())
                    .isEqualTo(403);
        }

        private String userOfNewest() {
            long newest = server.node().committed().commitSeq();
            return new MessageReader(server.node().committed())
                    .message(newest)
                    .orElseThrow()
                    .body()
                    .user();
        }

        @Test
        void theSameIdOfTwoCallersIsTwoMessages() {
            String message = "{\"sender\":\"ada\",\"text\":\"hello\",\"id\":\"shared\"}";

            assertThat(server.post("/api/messages", message, with(writer)).statusCode())
                    .isEqualTo(201);
            assertThat(server.post("/api/messages", message, with(writer)).statusCode())
                    .isEqualTo(200);
            assertThat(server.post("/api/messages", message, with(admin)).statusCode())
                    .isEqualTo(201);
        }

        @Test
        void anAdminMovesLeadershipAndGivesOrdersToTheActuator() {
            assertThat(server.post("/api/cluster/leader", "{\"node\":2}", with(admin))
                            .statusCode())
                    .isEqualTo(200);
            String level = "{\"configuredLevel\":\"INFO\"}";
            assertThat(server.post("/actuator/loggers/dev.concord", level, with(writer))
                            .statusCode())
                    .isEqualTo(403);
            assertThat(server.post("/actuator/loggers/dev.concord", level, with(admin))
                            .statusCode())
                    .isEqualTo(204);
        }

        @ParameterizedTest
        @ValueSource(strings = {"/actuator/health/liveness", "/actuator/health/readiness", "/actuator/health"})
        void probesNeedNoneAndSeeNoDetails(String path) {
            HttpResponse<String> answer = server.get(path);

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).contains("\"status\":\"UP\"").doesNotContain("components");
            assertThat(server.get(path, with("old")).statusCode()).isEqualTo(200);
            assertThat(server.get(path, with(reader)).body()).contains("components");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "/",
                    "/concord.css",
                    "/js/concord-client.js",
                    "/js/stompjs/client.js",
                    "/problems",
                    "/problems/unauthenticated"
                })
        void thePageAndWhatExplainsProblemsNeedNone(String path) {
            assertThat(server.get(path, "Accept", "*/*").statusCode()).isEqualTo(200);
        }

        /// What the open health endpoint does not say, nobody else says to a stranger.
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "/",
                    "/concord.css",
                    "/problems",
                    "/actuator/health",
                    "/actuator/health/leader",
                    "/api/cluster",
                    "/api/messages/1",
                    "/docs",
                    "/v3/api-docs",
                    "/asyncapi.yaml",
                    "/nothing/here",
                    "/%zz",
                    "/ws"
                })
        void aStrangerLearnsNothingOfTheCluster(String path) throws IOException {
            for (String more :
                    new String[] {"", "Authorization: Bearer nonsense\r\n", "Origin: https://evil.example\r\n"}) {
                for (String method : new String[] {"GET", "POST", "OPTIONS", "BREW"}) {
                    String answer = raw(method + " " + path + " HTTP/1.1\r\nHost: x\r\n" + more);
                    assertThat(answer.lines().takeWhile(line -> !line.isEmpty()))
                            .as(method + " " + path + " " + more)
                            .noneMatch(line -> line.startsWith("Concord-"));
                    assertThat(answer)
                            .startsWith("HTTP/1.1 ")
                            .doesNotContainPattern("\"(node|leader|term|commit)\":(\\d|null)");
                }
            }
        }

        @Test
        void whoHasShownATokenIsToldWithEveryAnswer() throws IOException {
            for (String path : new String[] {"/api/messages", "/", "/actuator/health", "/nothing/here", "/problems"}) {
                assertThat(raw("GET " + path + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + reader + "\r\n"))
                        .as(path)
                        .contains("\r\nConcord-Node: 1\r\n", "\r\nConcord-Commit: ");
            }
            assertThat(server.post("/api/messages", MESSAGE, with(reader))
                            .headers()
                            .firstValue("Concord-Leader"))
                    .as("an answer that refuses")
                    .hasValue("1");
        }

        private String raw(String request) throws IOException {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
                socket.setSoTimeout(10_000);
                socket.getOutputStream()
                        .write((request + "Connection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
                return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            }
        }

        @Test
        void aTokenInTheAddressOpensNothing() {
            assertThat(server.get("/api/messages?access_token=" + reader).statusCode())
                    .isEqualTo(401);
        }
    }

    @Nested
    class EveryAnswer {
        @ParameterizedTest
        @ValueSource(strings = {"/", "/api/cluster", "/actuator/health", "/problems", "/nothing", "/concord.css"})
        void tellsBrowsersToBeStrict(String path) {
            var headers = server.get(path).headers();

            assertThat(headers.firstValue("Content-Security-Policy"))
                    .hasValueSatisfying(policy ->
                            assertThat(policy).startsWith("default-src 'none'").doesNotContain("unsafe"));
            assertThat(headers.firstValue("X-Content-Type-Options")).hasValue("nosniff");
            assertThat(headers.firstValue("Referrer-Policy")).hasValue("no-referrer");
            assertThat(headers.firstValue("Cross-Origin-Resource-Policy")).hasValue("same-origin");
            assertThat(headers.firstValue("Access-Control-Allow-Origin")).isEmpty();
        }

        @ParameterizedTest
        @ValueSource(strings = {"/", "/problems", "/problems/forbidden"})
        void ofAPageKeepsToIt(String path) {
            assertThat(server.get(path, "Accept", "text/html").body())
                    .contains("<link rel=\"stylesheet\" href=\"/concord.css\">")
                    .doesNotContain("<style", "style=", "<script>", "onclick");
        }
    }

    @Nested
    class AWebPage {
        @ParameterizedTest
        @CsvSource({
            "https://evil.example, 403",
            "null, 403",
            "http://localhost:1, 403",
            "http://127.0.0.1:8083, 403",
            "http://localhost:8082, 403",
            "http://node3.example, 403",
            "https://allowed.example, 201",
            "http://127.0.0.1:8082, 201",
            "https://node3.example, 201",
            "OWN, 201"
        })
        void ofAnotherOriginChangesNothing(String origin, int status) {
            String own = "http://localhost:" + server.port();
            HttpResponse<String> answer = server.post(
                    "/api/messages",
                    MESSAGE,
                    "Origin",
                    origin.equals("OWN") ? own : origin,
                    "Authorization",
                    "Bearer " + writer);

            assertThat(answer.statusCode()).isEqualTo(status);
        }

        @ParameterizedTest
        @CsvSource({"http://127.0.0.1:8082, true", "https://allowed.example, true", "https://evil.example, false"})
        void seesTheAnswersIfItIsOfAMemberOrNamed(String origin, boolean seen) {
            var headers = server.get("/api/cluster", "Origin", origin, "Authorization", "Bearer " + reader)
                    .headers();

            assertThat(headers.firstValue("Access-Control-Allow-Origin").isPresent())
                    .isEqualTo(seen);
        }

        @ParameterizedTest
        @CsvSource({"http://127.0.0.1:8082, 200", "https://evil.example, 403"})
        void asksFirstAndWithoutAToken(String origin, int status) {
            HttpResponse<String> answer = server.send(
                    "OPTIONS",
                    "/api/messages",
                    "",
                    "Origin",
                    origin,
                    "Access-Control-Request-Method",
                    "POST",
                    "Access-Control-Request-Headers",
                    "authorization,content-type");

            assertThat(answer.statusCode()).isIn(status, status == 403 ? 401 : status);
            assertThat(answer.headers().firstValue("Access-Control-Allow-Headers"))
                    .isEqualTo(
                            status == 200
                                    ? java.util.Optional.of("authorization, content-type")
                                    : java.util.Optional.empty());
        }

        @Test
        void ofTheNodeMayConnectToTheMembers() {
            assertThat(server.get("/").headers().firstValue("Content-Security-Policy"))
                    .hasValueSatisfying(policy -> assertThat(policy)
                            .endsWith("; connect-src 'self' http://127.0.0.1:8082 ws://127.0.0.1:8082"
                                    + " https://node3.example wss://node3.example"));
            assertThat(server.get("/problems").headers().firstValue("Content-Security-Policy"))
                    .hasValueSatisfying(policy -> assertThat(policy).endsWith("; connect-src 'self'"));
        }
    }

    @Nested
    class OnLoopbackWithoutTokens {
        @ParameterizedTest
        @CsvSource({
            "http://localhost:8082, 201",
            "http://[::1]:8082, 201",
            "http://localhost:8084, 403",
            "http://evil.example:8082, 403",
            "http://localhost.evil.example:8082, 403"
        })
        void aMembersPageMayBeOpenedByAnyNameOfThisMachine(String origin, int status) {
            try (GuardedServer open = new GuardedServer(AccessControl.open(AccessMode.LOOPBACK), RateLimiter.none())) {
                assertThat(open.post("/api/messages", MESSAGE, "Origin", origin).statusCode())
                        .isEqualTo(status);
            }
        }

        @ParameterizedTest
        @CsvSource({
            "localhost, 200",
            "127.0.0.1:8080, 200",
            "[::1]:8080, 200",
            "node1.example:8080, 200",
            "rebound.evil.example, 403",
            "127.0.0.1.evil.example, 403",
            "localhost.evil.example:8080, 403"
        })
        void aNameThatIsNotItsOwnIsRefused(String host, int status) throws IOException {
            try (GuardedServer open = new GuardedServer(AccessControl.open(AccessMode.LOOPBACK), RateLimiter.none())) {
                assertThat(statusLine(open.port(), host)).startsWith("HTTP/1.1 " + status);
            }
        }

        private static String statusLine(int port, String host) throws IOException {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                socket.setSoTimeout(10_000);
                socket.getOutputStream()
                        .write(("GET /api/cluster HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
                                .getBytes(StandardCharsets.US_ASCII));
                return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            }
        }
    }

    @Test
    void aNodeThatLetsEverybodyInTakesNoOrdersAtTheActuator() {
        try (GuardedServer open = new GuardedServer(AccessControl.open(AccessMode.INSECURE), RateLimiter.none())) {
            assertThat(open.post("/api/messages", MESSAGE).statusCode()).isEqualTo(201);
            assertThat(open.get("/actuator/loggers").statusCode()).isEqualTo(200);
            assertThat(open.post("/actuator/loggers/dev.concord", "{\"configuredLevel\":\"INFO\"}")
                            .statusCode())
                    .isEqualTo(403);
        }
    }

    @Test
    void whoAsksTooOftenIsToldWhenToComeBack() {
        int perSecond = 5;
        RateLimiter limiter = new RateLimiter(perSecond, () -> 0);
        try (GuardedServer limited = new GuardedServer(AccessControl.open(AccessMode.LOOPBACK), limiter)) {
            for (int i = 0; i < perSecond; i++) {
                assertThat(limited.get("/api/cluster").statusCode()).isEqualTo(200);
            }
            HttpResponse<String> answer = limited.post("/api/messages", MESSAGE);
            assertThat(answer.statusCode()).isEqualTo(429);
            assertThat(answer.headers().firstValue("Retry-After")).hasValue("1");
            assertThat(answer.body()).contains("\"code\":\"too-many-requests\"").contains("rate_limit_per_client");
        }
    }

    @Test
    void aBulkThatIsTooFastIsSlowedDownAndNotRefused() {
        RateLimiter limiter = new RateLimiter(50, System::nanoTime);
        try (GuardedServer limited = new GuardedServer(AccessControl.open(AccessMode.LOOPBACK), limiter)) {
            long start = System.nanoTime();
            String answer = limited.post(
                            "/api/messages", (MESSAGE + "\n").repeat(75), "Content-Type", "application/x-ndjson")
                    .body();

            assertThat(answer.lines()).hasSize(75).allMatch(line -> line.contains("\"status\":201"));
            assertThat(System.nanoTime() - start).isGreaterThan(400_000_000L);
        }
    }
}
