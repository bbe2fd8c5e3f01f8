package dev.concord.operations;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// The dashboard without a Grafana: everything that can be wrong in the file.
class DashboardTests {
    /// Of the panels that Grafana brings along.
    private static final Set<String> PANELS =
            Set.of("row", "stat", "bargauge", "state-timeline", "table", "timeseries", "gauge", "text");

    /// What Grafana replaces by itself, and a value of that kind.
    private static final Map<String, String> BUILT_IN = Map.of("__rate_interval", "5m", "__interval", "1m");

    private static final Pattern VARIABLE = Pattern.compile("\\$\\{?(\\w+)}?");
    private static final Pattern LEGEND = Pattern.compile("\\{\\{\\s*(\\w+)\\s*}}");
    private static final int WIDTH = 24;
    /// The schema that Grafana 10.0 and later read without conversion.
    private static final int SCHEMA = 39;

    private final JsonNode dashboard = new JsonMapper().readTree(Files.readString(Monitoring.DASHBOARD));
    private final List<JsonNode> panels = new ArrayList<>();

    @TempDir
    private Path folder;

    DashboardTests() throws IOException {
        dashboard.path("panels").forEach(panels::add);
    }

    private static List<JsonNode> targets(JsonNode panel) {
        List<JsonNode> targets = new ArrayList<>();
        panel.path("targets").forEach(targets::add);
        return targets;
    }

    /// Every query in the words of PromQL, as rules of which Prometheus's own tool reads the expressions.
    @Test
    void everyQueryIsUnderstoodByPrometheus() throws Exception {
        Promtool.isNeeded();
        List<Object> rules = new ArrayList<>();
        for (String query : Monitoring.panelExpressions()) {
            rules.add(Map.of("record", "query_" + rules.size(), "expr", resolved(query)));
        }
        Path file = Files.writeString(
                folder.resolve("queries.yml"),
                new YAMLMapper()
                        .writeValueAsString(Map.of("groups", List.of(Map.of("name", "dashboard", "rules", rules)))));

        assertThat(Promtool.run("check", "rules", file.toString()))
                .contains("SUCCESS: " + rules.size() + " rules found");
        assertThat(rules).hasSizeGreaterThan(30);
    }

    private String resolved(String query) {
        return VARIABLE.matcher(query).replaceAll(variable -> BUILT_IN.getOrDefault(variable.group(1), ".*"));
    }

    @Test
    void everyVariableIsDefinedBeforeItIsUsed() {
        Set<String> defined = new TreeSet<>(BUILT_IN.keySet());
        for (JsonNode variable : dashboard.path("templating").path("list")) {
            assertThat(variablesIn(variable.path("query").toString() + variable.path("datasource")))
                    .as("of " + variable.path("name"))
                    .isSubsetOf(defined);
            assertThat(defined.add(variable.path("name").asString())).isTrue();
        }
        assertThat(defined).contains("datasource", "job", "namespace");
        for (JsonNode panel : panels) {
            assertThat(variablesIn(panel.toString()))
                    .as(panel.path("title").asString())
                    .isSubsetOf(defined);
        }
        assertThat(variablesIn(dashboard.path("annotations").toString())).isSubsetOf(defined);
    }

    private static Set<String> variablesIn(String text) {
        Set<String> names = new TreeSet<>();
        VARIABLE.matcher(text).results().map(found -> found.group(1)).forEach(names::add);
        return names;
    }

    @Test
    void everyQueryGoesThroughTheVariableOfTheDataSource() {
        assertThat(dashboard.path("templating").path("list").get(0).path("type").asString())
                .isEqualTo("datasource");
        List<JsonNode> sources = dashboard.findValues("datasource");
        assertThat(sources).hasSizeGreaterThan(60).allSatisfy(source -> {
            assertThat(source.path("type").asString()).isEqualTo("prometheus");
            assertThat(source.path("uid").asString()).isEqualTo("${datasource}");
        });
        for (JsonNode panel : panels) {
            if (!panel.path("type").asString().equals("row")) {
                assertThat(panel.has("datasource"))
                        .as(panel.path("title").asString())
                        .isTrue();
                assertThat(targets(panel))
                        .isNotEmpty()
                        .allSatisfy(
                                target -> assertThat(target.has("datasource")).isTrue());
            }
        }
    }

    @Test
    void everythingHasANameOfItsOwn() {
        assertThat(dashboard.path("schemaVersion").asInt()).isEqualTo(SCHEMA);
        assertThat(dashboard.path("uid").asString()).matches("[a-z0-9-]{1,40}");
        assertThat(dashboard.has("id"))
                .as("ids are given by the Grafana that reads it")
                .isFalse();
        assertThat(panels)
                .extracting(panel -> panel.path("id").asInt())
                .doesNotHaveDuplicates()
                .doesNotContain(0);
        assertThat(panels)
                .extracting(panel -> panel.path("title").asString())
                .doesNotHaveDuplicates()
                .doesNotContain("");
        assertThat(panels).extracting(panel -> panel.path("type").asString()).isSubsetOf(PANELS);
        assertThat(panels)
                .allSatisfy(panel -> assertThat(targets(panel))
                        .extracting(target -> target.path("refId").asString())
                        .doesNotHaveDuplicates()
                        .doesNotContain(""));
    }

    @Test
    void noPanelCoversAnotherOrStandsOutside() {
        Set<String> taken = new HashSet<>();
        for (JsonNode panel : panels) {
            JsonNode place = panel.path("gridPos");
            int left = place.path("x").asInt();
            int width = place.path("w").asInt();
            int height = place.path("h").asInt();
            assertThat(width).isPositive();
            assertThat(height).isPositive();
            assertThat(left).isNotNegative();
            assertThat(left + width).isLessThanOrEqualTo(WIDTH);
            for (int x = left; x < left + width; x++) {
                for (int y = place.path("y").asInt(); y < place.path("y").asInt() + height; y++) {
                    assertThat(taken.add(x + "," + y))
                            .as(panel.path("title") + " covers another")
                            .isTrue();
                }
            }
        }
    }

    /// A legend that names a label which the query sums away is empty on every line.
    @Test
    void everyLegendNamesLabelsThatTheQueryKeeps() {
        Pattern kept = Pattern.compile("\\b(?:sum|max|min|count|avg) by \\(([^)]*)\\)");
        for (JsonNode panel : panels) {
            for (JsonNode target : targets(panel)) {
                String query = target.path("expr").asString();
                Set<String> labels = new TreeSet<>();
                kept.matcher(query).results().map(MatchResult::group).forEach(labels::add);
                LEGEND.matcher(target.path("legendFormat").asString())
                        .results()
                        .map(found -> found.group(1))
                        .filter(label -> query.matches("(?s)^(histogram_quantile|sum|max|min|count|avg)\\b.*"))
                        .forEach(label -> assertThat(labels)
                                .as("%s: %s in %s", panel.path("title"), label, query)
                                .anyMatch(by -> by.matches(".*\\b" + label + "\\b.*")));
            }
        }
    }

    /// Where docker-compose.yml puts the files, Grafana is told to look for them.
    @Test
    void itIsProvidedWithTheSourceThatComposeStarts() throws IOException {
        Path grafana = Path.of("monitoring", "grafana", "provisioning");
        JsonNode provider = new YAMLMapper()
                .readTree(Files.readString(grafana.resolve("dashboards/concord.yml")))
                .at("/providers/0");
        JsonNode source = new YAMLMapper()
                .readTree(Files.readString(grafana.resolve("datasources/prometheus.yml")))
                .at("/datasources/0");
        JsonNode compose = new YAMLMapper().readTree(Files.readString(Path.of("docker-compose.yml")));
        String mounts = compose.at("/services/grafana/volumes").toString();

        assertThat(mounts)
                .contains("./monitoring/grafana/dashboards:"
                        + provider.at("/options/path").asString())
                .contains("./monitoring/grafana/provisioning:/etc/grafana/provisioning");
        assertThat(compose.at("/services/grafana/environment/GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH")
                        .asString())
                .isEqualTo(provider.at("/options/path").asString() + "/" + Monitoring.DASHBOARD.getFileName());
        assertThat(source.path("type").asString()).isEqualTo("prometheus");
        assertThat(source.path("isDefault").asBoolean()).isTrue();
        assertThat(source.path("url").asString()).isEqualTo("http://prometheus:9090");
        assertThat(compose.at("/services/prometheus").isObject()).isTrue();
    }
}
