package dev.concord.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.access.Role;
import dev.concord.access.TokenLine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The manifests in the hands of the real `kubectl`.
@ExtendWith(NeedsKubectl.class)
class KubectlIT {
    private static final Path FOLDER = Path.of("k8s").toAbsolutePath();
    private static final Path MONITORING = FOLDER.resolve("monitoring");

    @TempDir
    private Path home;

    @TempDir
    private Path copy;

    @BeforeEach
    void copyTheFolder() throws IOException {
        try (var files = Files.list(FOLDER)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, copy.resolve(file.getFileName()));
            }
        }
    }

    @Test
    void oneApplyCreatesEverythingAsItIsWritten() throws IOException {
        try (ApiServerDouble server = new ApiServerDouble(false)) {
            Kubectl kubectl = new Kubectl(home, server.url());

            Kubectl.Run apply = kubectl.run("apply", "-f", FOLDER.toString());

            assertThat(apply.exitCode()).as(apply.out()).isZero();
            assertThat(apply.out().lines())
                    .containsExactlyInAnyOrder(
                            "configmap/concord created",
                            "networkpolicy.networking.k8s.io/concord created",
                            "poddisruptionbudget.policy/concord created",
                            "service/concord created",
                            "service/concord-peers created",
                            "statefulset.apps/concord created");
            Kubectl.Run get = kubectl.run("get", "-f", FOLDER.toString(), "-o", "json");
            assertThat(get.exitCode()).as(get.out()).isZero();
            assertThat(byName(ApiServerDouble.JSON.readTree(get.out()).path("items")))
                    .isEqualTo(byName(Manifests.read(FOLDER).trees()));
        }
    }

    @Test
    void aSecondApplyChangesNothing() throws IOException {
        try (ApiServerDouble server = new ApiServerDouble(false)) {
            Kubectl kubectl = new Kubectl(home, server.url());
            kubectl.run("apply", "-f", FOLDER.toString());
            List<String> before = server.writes();

            Kubectl.Run again = kubectl.run("apply", "-f", FOLDER.toString());

            assertThat(again.exitCode()).as(again.out()).isZero();
            // Of a disruption budget kubectl always sends the selector again, and says so, although nothing changes.
            assertThat(again.out().lines())
                    .hasSize(6)
                    .allMatch(line -> line.endsWith(" unchanged")
                            || line.equals("poddisruptionbudget.policy/concord configured"));
            assertThat(server.writes()).isEqualTo(before);
        }
    }

    @Test
    void theSecretIsMadeOnceAndPrintedNever() throws IOException {
        try (ApiServerDouble server = new ApiServerDouble(false)) {
            Kubectl kubectl = new Kubectl(home, server.url());

            Kubectl.Run made = kubectl.script(MadeSecret.SCRIPT);
            Kubectl.Run again = kubectl.script(MadeSecret.SCRIPT);

            assertThat(made.exitCode()).as(made.out()).isZero();
            assertThat(made.out()).isEqualToIgnoringNewLines("secret/concord created");
            assertThat(again.exitCode()).isNotZero();
            assertThat(again.out()).contains("already exists");
            Map<String, String> data = MadeSecret.data(server);
            assertThat(data)
                    .containsOnlyKeys("cluster-secret", "clients.tokens", "admin-token", "monitoring-token")
                    .allSatisfy((key, text) -> assertThat(text).hasSizeGreaterThanOrEqualTo(64));
            assertThat(data.get("clients.tokens").lines())
                    .containsExactly(
                            line("admin", Role.ADMIN, data.get("admin-token")),
                            line("monitoring", Role.READER, data.get("monitoring-token")));
        }
    }

    private static String line(String name, Role role, String token) {
        return TokenLine.of(name, role, token, Instant.MAX).toString();
    }

    /// The commands of `k8s/README.md` that let a client in, as they stand there.
    @Test
    void aLineMoreInTheTokensLeavesTheRestAlone() throws IOException {
        List<String> steps = Files.readAllLines(FOLDER.resolve("README.md")).stream()
                .filter(line -> line.startsWith("kubectl get secret concord -o jsonpath='{.data.clients")
                        || line.startsWith("echo 'ci writer ")
                        || line.startsWith("kubectl patch secret concord"))
                .toList();
        assertThat(steps).hasSize(3);
        Path script = Files.writeString(
                home.resolve("steps"), "set -e\ncd '" + copy + "'\n" + String.join("\n", steps) + "\n");
        try (ApiServerDouble server = new ApiServerDouble(false)) {
            Kubectl kubectl = new Kubectl(home, server.url());
            kubectl.script(MadeSecret.SCRIPT);
            Map<String, String> before = MadeSecret.data(server);

            Kubectl.Run run = kubectl.script(script);

            assertThat(run.exitCode()).as(run.out()).isZero();
            Map<String, String> expected = new TreeMap<>(before);
            expected.merge("clients.tokens", "ci writer sha256:…\n", String::concat);
            assertThat(MadeSecret.data(server)).isEqualTo(expected);
        }
    }

    @Test
    void anotherImageAndMorePodsReachTheSetAlone() throws IOException {
        try (ApiServerDouble server = new ApiServerDouble(false)) {
            Kubectl kubectl = new Kubectl(home, server.url());
            kubectl.run("apply", "-f", FOLDER.toString());
            replace("statefulset.yaml", "image: concord:latest", "image: example.org/concord:0.2.0");

            Kubectl.Run apply = kubectl.run("apply", "-f", copy.toString());
            Kubectl.Run scale = kubectl.run("scale", "statefulset", "concord", "--replicas=5");

            assertThat(apply.exitCode()).as(apply.out()).isZero();
            assertThat(apply.out()).contains("statefulset.apps/concord configured");
            assertThat(scale.exitCode()).as(scale.out()).isZero();
            JsonNode set = server.objects().get("statefulsets/concord");
            JsonNode container = set.at("/spec/template/spec/containers/0");
            assertThat(container.path("image").asString()).isEqualTo("example.org/concord:0.2.0");
            assertThat(container.path("livenessProbe").isObject()).isTrue();
            assertThat(set.at("/spec/replicas").asInt()).isEqualTo(5);
            assertThat(server.writes()).hasSize(8).endsWith("PATCH statefulsets/concord", "PATCH statefulsets/concord");
        }
    }

    /// The server that these tests use is no rubber stamp.
    @Test
    void aMistypedFieldIsRefused() throws IOException {
        try (ApiServerDouble server = new ApiServerDouble(false)) {
            replace("statefulset.yaml", "podManagementPolicy", "podManagmentPolicy");

            Kubectl.Run apply = new Kubectl(home, server.url()).run("apply", "-f", copy.toString());

            assertThat(apply.exitCode()).isNotZero();
            assertThat(apply.out()).contains("podManagmentPolicy");
            assertThat(server.objects()).doesNotContainKey("statefulsets/concord");
        }
    }

    /// The kinds of the Prometheus operator are not known to every cluster.
    @Test
    void monitoringIsAppliedWhereItsKindsAreKnown() throws IOException {
        try (ApiServerDouble server = new ApiServerDouble(false)) {
            Kubectl.Run apply = new Kubectl(home, server.url()).run("apply", "-f", MONITORING.toString());

            assertThat(apply.exitCode()).isNotZero();
            assertThat(apply.out()).contains("no matches for kind \"ServiceMonitor\"");
        }
        Path other = Files.createDirectory(home.resolve("other"));
        try (ApiServerDouble server = new ApiServerDouble(true)) {
            Kubectl kubectl = new Kubectl(other, server.url());
            Kubectl.Run apply = kubectl.run("apply", "-f", MONITORING.toString());
            Kubectl.Run again = kubectl.run("apply", "-f", MONITORING.toString());

            assertThat(apply.exitCode()).as(apply.out()).isZero();
            assertThat(apply.out().lines()).allMatch(line -> line.endsWith(" created"));
            assertThat(again.exitCode()).as(again.out()).isZero();
            assertThat(again.out().lines()).allMatch(line -> line.endsWith(" unchanged"));
            assertThat(server.objects())
                    .hasSameSizeAs(Manifests.read(MONITORING).resources());
        }
    }

    @Test
    void theRestoringPodIsApplied() throws IOException {
        try (ApiServerDouble server = new ApiServerDouble(false)) {
            Kubectl.Run apply = new Kubectl(home, server.url())
                    .run("apply", "-f", FOLDER.resolve("restore").toString());

            assertThat(apply.exitCode()).as(apply.out()).isZero();
            assertThat(server.objects())
                    .containsOnlyKeys("persistentvolumeclaims/data-concord-2", "pods/concord-restore");
        }
    }

    @Test
    void kustomizeMakesTheSameOfBothFolders() {
        Kubectl kubectl = new Kubectl(home, "http://127.0.0.1:1");
        for (Path folder : List.of(FOLDER, MONITORING)) {
            Kubectl.Run run = kubectl.run("kustomize", folder.toString());

            assertThat(run.exitCode()).as(run.out()).isZero();
            assertThat(byName(Manifests.documents(write(run.out()))))
                    .isEqualTo(byName(Manifests.read(folder).trees()));
        }
    }

    private Path write(String text) {
        try {
            return Files.writeString(Files.createTempFile(home, "built", ".yaml"), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void replace(String file, String old, String by) throws IOException {
        Path path = copy.resolve(file);
        String text = Files.readString(path);
        assertThat(text).contains(old);
        Files.writeString(path, text.replace(old, by));
    }

    /// Objects by kind and name, without what kubectl and the server add.
    private static Map<String, JsonNode> byName(Iterable<JsonNode> objects) {
        return StreamSupport.stream(objects.spliterator(), false)
                .map(object -> (ObjectNode) object.deepCopy())
                .peek(object -> {
                    ObjectNode metadata = (ObjectNode) object.path("metadata");
                    metadata.remove(List.of("annotations", "namespace", "uid", "creationTimestamp", "resourceVersion"));
                })
                .collect(Collectors.toMap(
                        object -> object.path("kind").asString() + "/"
                                + object.path("metadata").path("name").asString(),
                        object -> object));
    }
}
