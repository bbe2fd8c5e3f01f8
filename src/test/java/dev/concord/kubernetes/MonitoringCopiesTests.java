package dev.concord.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The rules and the dashboard reach Kubernetes as they are in `monitoring/`, where they have their own
/// tests. kustomize reads no files above its folder, so there are copies; with `-Dmanifests.update=true` this
/// test writes them anew.
class MonitoringCopiesTests {
    private static final Path RULES = Path.of("monitoring/alerts.yml");
    private static final Path DASHBOARD = Path.of("monitoring/grafana/dashboards/concord.json");
    private static final Path FOLDER = Path.of("k8s/monitoring");
    private static final String UPDATE = "./mvnw test -Dtest=MonitoringCopiesTests -Dmanifests.update=true";

    /// What `kubectl apply` writes beside an object must not be longer than an annotation may be.
    private static final int LONGEST_ANNOTATION = 262_144;

    @Test
    void theRulesAreThoseOfTheRepository() throws IOException {
        String rules = Files.readString(RULES);
        isCopied("prometheusrule.yaml", RULES, """
                apiVersion: monitoring.coreos.com/v1
                kind: PrometheusRule
                metadata:
                  name: concord
                  labels:
                    app.kubernetes.io/name: concord
                spec:
                """ + indented(rules.substring(rules.indexOf("groups:")), 2));

        Manifests manifests = Manifests.read(FOLDER);
        assertThat(manifests.the(PrometheusRule.class).getSpec().getGroups()).isNotEmpty();
        assertThat(tree(manifests, "PrometheusRule").path("spec"))
                .isEqualTo(Manifests.documents(RULES).getFirst());
    }

    @Test
    void theDashboardIsThatOfTheRepository() throws IOException {
        String dashboard = Files.readString(DASHBOARD);
        isCopied("dashboard.yaml", DASHBOARD, """
                apiVersion: v1
                kind: ConfigMap
                metadata:
                  name: concord-dashboard
                  labels:
                    app.kubernetes.io/name: concord
                    grafana_dashboard: "1"
                data:
                  concord.json: |
                """ + indented(dashboard, 4));

        String copy = Manifests.read(FOLDER).the(ConfigMap.class).getData().get("concord.json");
        assertThat(new JsonMapper().readTree(copy)).isEqualTo(new JsonMapper().readTree(dashboard));
        assertThat(copy.length()).isLessThan(LONGEST_ANNOTATION / 2);
    }

    private static void isCopied(String name, Path original, String content) throws IOException {
        String expected = "# A copy of " + original + ". After a change there: " + UPDATE + "\n" + content;
        Path file = FOLDER.resolve(name);
        if (Boolean.getBoolean("manifests.update")) {
            Files.writeString(file, expected);
        }
        assertThat(Files.readString(file))
                .as("%s, which %s writes anew", file, UPDATE)
                .isEqualTo(expected);
    }

    private static String indented(String text, int by) {
        return text.lines()
                .map(line -> line.isEmpty() ? line : " ".repeat(by) + line)
                .collect(Collectors.joining("\n", "", "\n"));
    }

    private static JsonNode tree(Manifests manifests, String kind) {
        return manifests.trees().stream()
                .filter(tree -> tree.path("kind").asString().equals(kind))
                .findFirst()
                .orElseThrow();
    }
}
