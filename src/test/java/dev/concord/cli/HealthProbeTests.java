package dev.concord.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// `concord health`: what the health check of a container relies on.
class HealthProbeTests {
    @Test
    void anAnswerOf200IsHealthyAndShown() throws IOException {
        try (Node node = new Node("/actuator/health/readiness", 200, "{\"status\":\"UP\"}")) {
            CommandRun run = CommandRun.of("health", "--node", node.url());

            assertThat(run.exitCode()).isZero();
            assertThat(run.out()).isEqualTo("{\"status\":\"UP\"}\n");
        }
    }

    @Test
    void everyOtherAnswerIsNotHealthyAndSaysWhy() throws IOException {
        try (Node node = new Node("/actuator/health/quorum", 503, "{\"status\":\"DOWN\"}")) {
            HealthProbe.Answer answer = HealthProbe.ask(node.url(), "quorum");

            assertThat(answer.exitCode()).isEqualTo(1);
            assertThat(answer.text()).isEqualTo("{\"status\":\"DOWN\"}");
        }
    }

    @Test
    void noAnswerIsNotHealthyAndSaysWhere() throws IOException {
        Node node = new Node("/", 200, "");
        node.close();

        HealthProbe.Answer answer = HealthProbe.ask(node.url(), "liveness");

        assertThat(answer.exitCode()).isEqualTo(1);
        assertThat(answer.text()).startsWith("no answer from " + node.url() + "/actuator/health/liveness");
    }

    @Test
    void aGroupThatDoesNotExistIsRefused() {
        CommandRun run = CommandRun.of("health", "heart");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err())
                .contains("there is no health group heart")
                .contains("liveness, readiness, quorum, leader");
    }

    @Test
    void onlyThePlainFormsNeedNoParser() {
        assertThat(HealthProbe.isAsked("health")).isTrue();
        assertThat(HealthProbe.isAsked("health", "quorum")).isTrue();
        assertThat(HealthProbe.isAsked()).isFalse();
        assertThat(HealthProbe.isAsked("status")).isFalse();
        assertThat(HealthProbe.isAsked("health", "--help")).isFalse();
        assertThat(HealthProbe.isAsked("health", "heart")).isFalse();
    }

    @Test
    void theOwnNodeIsWhereTheEnvironmentPutsIt() {
        assertThat(own(Map.of())).isEqualTo("http://127.0.0.1:8080");
        assertThat(own(Map.of("CONCORD_HTTP_HOST", "0.0.0.0", "CONCORD_HTTP_PORT", "9000")))
                .isEqualTo("http://127.0.0.1:9000");
        assertThat(own(Map.of("CONCORD_HTTP_HOST", "::1"))).isEqualTo("http://[::1]:8080");
        assertThat(own(Map.of("CONCORD_HTTP_TLS_CERTIFICATE_FILE", "node.crt"))).isEqualTo("https://127.0.0.1:8080");
    }

    private static String own(Map<String, String> environment) {
        return OwnAddress.of(environment, null).url();
    }

    /// A node that answers one question.
    private static final class Node implements AutoCloseable {
        private final HttpServer server;

        Node(String path, int status, String body) throws IOException {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/", exchange -> {
                boolean asked = exchange.getRequestURI().getPath().equals(path);
                exchange.sendResponseHeaders(asked ? status : 404, bytes.length);
                exchange.getResponseBody().write(bytes);
                exchange.close();
            });
            server.start();
        }

        String url() {
            return "http://127.0.0.1:" + server.getAddress().getPort();
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }
}
