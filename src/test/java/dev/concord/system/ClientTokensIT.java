package dev.concord.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A node that asks its clients for tokens, and the commands that have one.
class ClientTokensIT {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir
    private Path folder;

    private Path token(String name, String role) throws IOException {
        Cli.Result made = Cli.run("token", "create", "--name", name, "--role", role, "--file", tokens().toString());
        assertThat(made.status()).isZero();
        String token = made.output()
                .lines()
                .filter(line -> line.startsWith("concord_"))
                .findFirst()
                .orElseThrow();
        return Files.writeString(folder.resolve(name + ".token"), token);
    }

    private Path tokens() {
        return folder.resolve("clients.tokens");
    }

    @Test
    void isOpenToWhoHasOneFromTheCommandLineAsWell() throws Exception {
        Path writer = token("ci", "writer");
        try (ClusterProcesses cluster =
                new ClusterProcesses(folder, 1, "http_host: 0.0.0.0", "client_tokens_file: " + tokens())) {
            NodeProcess node = cluster.start().node(1);
            ClusterProcesses.await("the node answers probes", () -> status(node, "/actuator/health/readiness") == 200);

            assertThat(node.output()).doesNotContain("INSECURE");
            assertThat(status(node, "/api/messages")).isEqualTo(401);
            assertThat(status(node, "/actuator/prometheus")).isEqualTo(401);
            assertThat(Cli.run("send", "--node", node.url(), "--as", "ci", "build 7")
                            .output())
                    .contains("unauthenticated: the node needs a token");

            String file = writer.toString();
            assertThat(Cli.run("send", "--node", node.url(), "--token-file", file, "--as", "ci", "build 7")
                            .output())
                    .isEqualToIgnoringNewLines("1");
            assertThat(Cli.run("status", "--node", node.url(), "--token-file", file, "-o", "json")
                            .output())
                    .contains("\"access\":\"tokens\"");
            assertThat(Cli.run("export", "--node", node.url(), "--token-file", file)
                            .output())
                    .contains("build 7");
            assertThat(Cli.run("upgrade", "--node", node.url(), "--token-file", file)
                            .output())
                    .as("what is asked of the leader is asked with the token too")
                    .contains("the cluster is at level");

            assertThat(Cli.run(Map.of("CONCORD_TOKEN_FILE", file), "export", "--node", node.url())
                            .output())
                    .contains("build 7");
            assertThat(Cli.run(Map.of("CONCORD_TOKEN_FILE", file + ".gone"), "export", "--node", node.url())
                            .output())
                    .as("a file that is not there is no token")
                    .contains("unauthenticated");

            Path later = token("late", "reader");
            ClusterProcesses.await(
                    "a token made later is taken",
                    () -> Cli.run("status", "--node", node.url(), "--token-file", later.toString())
                                    .status()
                            == 0);
            String chat = String.join(
                    " ", Cli.command("chat", "--plain", "--node", node.url(), "--token-file", later.toString()));
            assertThat(new Shell(folder, Map.of()).attempt("bash", "-c", "echo hello | " + chat + " 2>&1"))
                    .as("a reader may listen, and is told that it may not speak")
                    .satisfies(ended -> assertThat(ended.status()).isEqualTo(1))
                    .satisfies(ended -> assertThat(ended.output()).contains("#1 ci: build 7", "that of a reader"));
            assertThat(Cli.run("chat", "--node", node.url()).output()).contains("--token-file");
        }
    }

    @Test
    void isDrainedByWhoMayAdministerIt() throws Exception {
        String admin = Files.readString(token("ops", "admin"));
        Path writer = token("ci", "writer");
        try (ClusterProcesses cluster =
                new ClusterProcesses(folder, 1, "http_host: 0.0.0.0", "client_tokens_file: " + tokens())) {
            NodeProcess node = cluster.start().node(1);
            ClusterProcesses.await("the node answers probes", () -> status(node, "/actuator/health/readiness") == 200);

            assertThat(Cli.run("drain", "--node", node.url()).output()).contains("unauthenticated");
            assertThat(Cli.run("drain", "--node", node.url(), "--token-file", writer.toString())
                            .output())
                    .contains("forbidden");
            assertThat(status(node, "/actuator/health/readiness")).isEqualTo(200);

            Cli.run(Map.of("CONCORD_TOKEN", admin), "drain", "--node", node.url(), "--wait", "1s");

            assertThat(status(node, "/actuator/health/readiness")).isEqualTo(503);
        }
    }

    private static int status(NodeProcess node, String path) {
        try {
            return HTTP.send(
                            HttpRequest.newBuilder(URI.create(node.url() + path))
                                    .build(),
                            HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException e) {
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
