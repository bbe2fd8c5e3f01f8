package dev.concord.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.web.contract.OpenApiContract;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// The API documents as a real node serves them, judged by the validators of their own communities.
class ApiDocumentsIT {
    private static final Path NPM = Path.of("src", "test", "npm");

    @TempDir
    private Path folder;

    @Test
    @ExtendWith(NeedsNpm.class)
    void areValidOpenApiAndAsyncApi() throws Exception {
        try (ClusterProcesses cluster = new ClusterProcesses(Files.createDirectory(folder.resolve("data")), 1);
                HttpClient http = HttpClient.newHttpClient()) {
            String url = cluster.start().awaitReady().node(1).url();
            for (String file : List.of("package.json", "validate.mjs")) {
                Files.copy(NPM.resolve(file), folder.resolve(file));
            }
            for (Map.Entry<String, String> document : Map.of(
                            "openapi.yaml", "/v3/api-docs.yaml", "asyncapi.yaml", "/asyncapi.yaml")
                    .entrySet()) {
                HttpRequest request = HttpRequest.newBuilder(URI.create(url + document.getValue()))
                        .build();
                String text =
                        http.send(request, HttpResponse.BodyHandlers.ofString()).body();
                assertThat(text).doesNotContain("version: \"0\"").doesNotContain("development");
                Files.writeString(folder.resolve(document.getKey()), text);
            }
        }
        Shell shell = new Shell(folder, Map.of());
        shell.run("npm", "install", "--no-audit", "--no-fund", "--ignore-scripts");

        assertThat(shell.run("node", "validate.mjs", "openapi.yaml", "asyncapi.yaml"))
                .contains("both are valid");

        // and they can tell: a document with a fault is refused
        Files.writeString(
                folder.resolve("openapi.yaml"),
                Files.readString(folder.resolve("openapi.yaml")).replaceFirst("responses:", "answers:"));
        assertThat(shell.attempt("node", "validate.mjs", "openapi.yaml", "asyncapi.yaml")
                        .status())
                .isEqualTo(1);
    }

    @Test
    void describeWhatOnlyAWholeNodeAnswers() throws Exception {
        try (ClusterProcesses cluster = new ClusterProcesses(folder, 1);
                HttpClient http = HttpClient.newHttpClient()) {
            String url = cluster.start().awaitReady().node(1).url();
            ask(http, HttpRequest.newBuilder(URI.create(url + "/api/cluster/level")), 200);
            ask(
                    http,
                    HttpRequest.newBuilder(URI.create(url + "/api/cluster/level/99"))
                            .PUT(HttpRequest.BodyPublishers.noBody()),
                    409);
            ask(http, HttpRequest.newBuilder(URI.create(url + "/api/cluster/drain")), 200);
            ask(
                    http,
                    HttpRequest.newBuilder(URI.create(url + "/api/cluster/drain"))
                            .POST(HttpRequest.BodyPublishers.noBody()),
                    202);
        }
    }

    private static void ask(HttpClient http, HttpRequest.Builder builder, int status) throws Exception {
        HttpRequest request = builder.build();
        HttpResponse<String> answer =
                OpenApiContract.INSTANCE.check(request, http.send(request, HttpResponse.BodyHandlers.ofString()));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    }
}
