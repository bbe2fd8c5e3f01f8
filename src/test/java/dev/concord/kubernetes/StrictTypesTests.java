package dev.concord.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ConfigMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The manifests are well-formed to the last field, and what is not would be noticed.
class StrictTypesTests {
    @Test
    void allManifestsAreOfTheTypesThatTheyName() {
        assertThat(Manifests.ofRepository().resources())
                .extracting(resource ->
                        resource.getKind() + " " + resource.getMetadata().getName())
                .containsExactlyInAnyOrder(
                        "ConfigMap concord",
                        "NetworkPolicy concord",
                        "PodDisruptionBudget concord",
                        "Service concord",
                        "Service concord-peers",
                        "StatefulSet concord");
        assertThat(Manifests.read(Path.of("k8s/monitoring")).resources()).isNotEmpty();
        assertThat(Manifests.read(Path.of("k8s/restore")).resources()).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({
        "podManagementPolicy, podManagmentPolicy",
        "terminationGracePeriodSeconds, terminationGracePeriod",
        "readOnlyRootFilesystem, readonlyRootFilesystem",
        "failureThreshold: 60, failureTreshold: 60",
        "fieldPath, fieldRef",
        "whenUnsatisfiable, unsatisfiable",
        "storage: 10Gi, storage: []",
        "replicas: 3, replicas: three",
        "replicas: 3, replicas: '3'",
        "kind: StatefulSet, kind: Statefulset",
        "apiVersion: apps/v1, apiVersion: apps/v1beta1"
    })
    void aMistakeInTheStatefulSetIsRefused(String right, String wrong) throws IOException {
        String text = Files.readString(Path.of("k8s/statefulset.yaml"));
        assertThat(text).contains(right);
        Path folder = Files.createTempDirectory("k8s");
        Path file = Files.writeString(folder.resolve("wrong.yaml"), text.replace(right, wrong));
        try {
            assertThatThrownBy(() -> Manifests.read(folder)).isInstanceOf(IllegalArgumentException.class);
        } finally {
            Files.delete(file);
            Files.delete(folder);
        }
    }

    @Test
    void aValueOfAConfigMapThatIsNoTextIsRefused() {
        String quoted = "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"data\":{\"CONCORD_INSECURE\":\"true\"}}";

        assertThat(StrictTypes.read(quoted)).isInstanceOf(ConfigMap.class);
        assertThatThrownBy(() -> StrictTypes.read(quoted.replace("\"true\"", "true")))
                .hasMessageContaining("Boolean");
    }
}
