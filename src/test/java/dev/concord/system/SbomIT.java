package dev.concord.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The bill of materials that a node shows to those who may read.
class SbomIT {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir
    private Path folder;

    @Test
    void namesEveryLibraryInTheJarAndIsShownToReadersOnly() throws Exception {
        Path tokens = folder.resolve("clients.tokens");
        String token = Cli.run("token", "create", "--name", "scanner", "--role", "reader", "--file", tokens.toString())
                .output()
                .lines()
                .filter(line -> line.startsWith("concord_"))
                .findFirst()
                .orElseThrow();
        try (ClusterProcesses cluster = new ClusterProcesses(folder, 1, "client_tokens_file: " + tokens)) {
            NodeProcess node = cluster.start().node(1);
            ClusterProcesses.await(
                    "the node serves", () -> get(node, "/actuator/health", "").statusCode() == 200);

            assertThat(get(node, "/actuator/sbom", "").statusCode()).isEqualTo(401);
            assertThat(get(node, "/actuator/sbom/application", "").statusCode()).isEqualTo(401);
            assertThat(get(node, "/actuator/sbom", token).body())
                    .as("Maven makes no bill when it is offline (-o)")
                    .isEqualTo("{\"ids\":[\"application\"]}");
            HttpResponse<String> answer = get(node, "/actuator/sbom/application", token);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("Content-Type"))
                    .hasValueSatisfying(type -> assertThat(type).contains("cyclonedx"));
            JsonNode sbom = JsonMapper.shared().readTree(answer.body());
            isWellFormed(sbom);
            assertThat(purls(sbom))
                    .contains("pkg:maven/org.springframework.boot/spring-boot@4.1.0?type=jar")
                    .doesNotHaveDuplicates();
            assertThat(files(sbom)).containsAll(librariesInTheJar());
        }
    }

    /// What the CycloneDX specification demands, and that no reference leads nowhere.
    private static void isWellFormed(JsonNode sbom) {
        assertThat(sbom.path("bomFormat").asString()).isEqualTo("CycloneDX");
        assertThat(sbom.path("specVersion").asString()).matches("1\\.[4-9]");
        assertThat(sbom.path("serialNumber").asString()).matches("urn:uuid:[0-9a-f-]{36}");
        assertThat(sbom.at("/metadata/component/name").asString()).isEqualTo("concord");
        Set<String> references = new TreeSet<>();
        references.add(sbom.at("/metadata/component/bom-ref").asString());
        for (JsonNode component : sbom.path("components")) {
            assertThat(component.path("type").asString()).isEqualTo("library");
            assertThat(component.path("name").asString()).isNotEmpty();
            assertThat(component.path("version").asString()).isNotEmpty();
            assertThat(component.path("hashes")).isNotEmpty();
            assertThat(references.add(component.path("bom-ref").asString())).isTrue();
        }
        for (JsonNode dependency : sbom.path("dependencies")) {
            assertThat(references).contains(dependency.path("ref").asString());
            dependency.path("dependsOn").forEach(on -> assertThat(references).contains(on.asString()));
        }
    }

    private static Set<String> purls(JsonNode sbom) {
        Set<String> purls = new TreeSet<>();
        sbom.path("components")
                .forEach(component -> purls.add(component.path("purl").asString()));
        return purls;
    }

    /// The names that the components have as files.
    private static Set<String> files(JsonNode sbom) {
        Set<String> names = new TreeSet<>();
        sbom.path("components")
                .forEach(component -> names.add(component.path("name").asString() + "-"
                        + component.path("version").asString() + ".jar"));
        return names;
    }

    private static Set<String> librariesInTheJar() throws IOException {
        Set<String> names = new TreeSet<>();
        String lib = "BOOT-INF/lib/";
        try (JarFile jar = new JarFile(Program.PACKED.toFile())) {
            jar.stream()
                    .map(entry -> entry.getName())
                    .filter(name -> name.startsWith(lib) && name.endsWith(".jar"))
                    .filter(name -> !name.contains("spring-boot-jarmode")) // added by the build itself
                    .forEach(name -> names.add(name.substring(lib.length())));
        }
        assertThat(names).hasSizeGreaterThan(30);
        return names;
    }

    private static HttpResponse<String> get(NodeProcess node, String path, String token) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(node.url() + path));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        try {
            return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
