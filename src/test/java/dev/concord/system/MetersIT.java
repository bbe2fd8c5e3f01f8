package dev.concord.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.operations.Monitoring;
import dev.concord.operations.OperationsPage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// What real nodes tell Prometheus, compared with what operators are promised; and what health says of them meanwhile.
class MetersIT {
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"([^\"]*)\"");
    /// On every series, or part of the form.
    private static final Set<String> EVERYWHERE = Set.of("node", "le", "quantile");

    @TempDir
    Path folder;

    @Test
    void metersAndHealthOfARunningClusterAreWhatTheOperationsPageSays() {
        try (ClusterProcesses cluster = new ClusterProcesses(folder, 3).start().awaitReady()) {
            assertThat(cluster.api(1).post("m1", "hello").status()).isEqualTo(201);
            cluster.awaitLevel(1);
            for (int id = 1; id <= 3; id++) {
                Scrape scrape = Scrape.of(cluster.api(id));
                assertThat(scrape.families("concord_"))
                        .as("name, type and labels of node " + id)
                        .containsExactlyInAnyOrderElementsOf(promised());
                for (String expression : Monitoring.expressions()) {
                    assertThat(scrape.names)
                            .as("node " + id + " exposes what is asked in: " + expression)
                            .containsAll(Monitoring.metricsIn(expression));
                }
                assertThat(scrape.value("concord_quorum_margin")).isEqualTo(1);
                assertThat(scrape.value("concord_leader")).isEqualTo(3);
                assertThat(scrape.value("concord_connections")).isPositive();
            }
            assertThat(Scrape.of(cluster.api(1)).value("concord_commit_seconds_count"))
                    .isEqualTo(1);
            assertThat(Scrape.of(cluster.api(3)).value("concord_leader_commit_seconds_count"))
                    .isPositive();
            assertThat(cluster.api(1).get("/actuator/prometheus").body())
                    .as("a message as JSON is counted as a request like any other")
                    .containsPattern("http_server_requests_seconds_count\\{[^}]*method=\"POST\"[^}]*"
                            + "status=\"201\",uri=\"/api/messages\"\\} 1");
            info(cluster.api(1));
            health(cluster);
        }
    }

    private static void info(Api api) {
        JsonNode info = api.get("/actuator/info").json();
        assertThat(info.path("build").path("version").asString()).isNotEmpty();
        assertThat(info.path("java").path("version").asString()).startsWith("25");
        JsonNode cluster = api.get("/actuator/cluster").json();
        assertThat(cluster.path("leader").asInt()).isEqualTo(3);
        assertThat(cluster.path("members").size()).isEqualTo(3);
        assertThat(api.get("/actuator/loggers/dev.concord")
                        .json()
                        .path("effectiveLevel")
                        .asString())
                .isEqualTo("INFO");
    }

    /// Follower and leader are well; without a quorum a node lives and serves reads, and says that it cannot write.
    private static void health(ClusterProcesses cluster) {
        for (int id = 1; id <= 3; id++) {
            for (String group : List.of("liveness", "readiness", "quorum", "leader")) {
                assertThat(status(cluster.api(id), group))
                        .as(group + " of node " + id)
                        .isEqualTo(200);
            }
        }
        assertThat(role(cluster.api(1))).isEqualTo("follower");
        assertThat(role(cluster.api(3))).isEqualTo("leader");
        cluster.node(3).kill();
        cluster.node(2).kill();
        ClusterProcesses.await("node 1 says that it has no quorum", () -> status(cluster.api(1), "quorum") == 503);
        ClusterProcesses.await("node 1 says that it has no leader", () -> status(cluster.api(1), "leader") == 503);
        assertThat(status(cluster.api(1), "liveness")).isEqualTo(200);
        assertThat(status(cluster.api(1), "readiness")).isEqualTo(200);
        Scrape alone = Scrape.of(cluster.api(1));
        assertThat(alone.value("concord_writable")).isZero();
        assertThat(alone.value("concord_quorum_margin")).isZero();
        assertThat(alone.value("concord_leader")).isZero();
        cluster.node(2).start();
        ClusterProcesses.await("node 1 can write again", () -> status(cluster.api(1), "quorum") == 200);
    }

    private static int status(Api api, String group) {
        return api.get("/actuator/health/" + group).status();
    }

    private static String role(Api api) {
        JsonNode health = api.get("/actuator/health/leader").json();
        return health.path("components")
                .path("leadership")
                .path("details")
                .path("role")
                .asString();
    }

    /// `name type labels` of each row of the table.
    private static List<String> promised() {
        List<String> families = new ArrayList<>();
        for (List<String> row : new OperationsPage().rows("Meters")) {
            String labels = row.get(3).equals("–") ? "" : row.get(3);
            families.add((row.get(0) + " " + row.get(1) + " " + labels).trim());
        }
        assertThat(families).hasSizeGreaterThan(40);
        return families;
    }

    /// One answer of `/actuator/prometheus`.
    private record Scrape(Map<String, String> types, Set<String> names, Map<String, Double> values, String text) {
        static Scrape of(Api api) {
            String text = api.get("/actuator/prometheus").body();
            Map<String, String> types = new TreeMap<>();
            Set<String> names = new TreeSet<>();
            Map<String, Double> values = new HashMap<>();
            for (String line : text.lines().toList()) {
                if (line.startsWith("# TYPE ")) {
                    String[] words = line.split(" ");
                    types.put(words[2], words[3]);
                } else if (!line.startsWith("#")) {
                    String name = line.replaceFirst("[{ ].*", "");
                    names.add(name);
                    values.put(
                            name,
                            Double.valueOf(
                                    line.substring(line.lastIndexOf(' ') + 1).replace("+Inf", "Infinity")));
                }
            }
            return new Scrape(types, names, values, text);
        }

        double value(String name) {
            assertThat(values).containsKey(name);
            return values.get(name);
        }

        /// `name type labels`, without the `_max` that comes with timers and summaries.
        List<String> families(String prefix) {
            List<String> families = new ArrayList<>();
            types.forEach((name, type) -> {
                String of = name.replaceFirst("_max$", "");
                if (name.startsWith(prefix) && (of.equals(name) || !types.containsKey(of))) {
                    families.add((name + " " + type + " " + String.join(" ", labels(name))).trim());
                }
            });
            return families;
        }

        private Set<String> labels(String family) {
            Set<String> labels = new TreeSet<>();
            text.lines()
                    .filter(line -> line.matches(Pattern.quote(family) + "(_bucket|_count|_sum)?[{ ].*"))
                    .forEach(line -> {
                        Matcher matcher = LABEL.matcher(line);
                        while (matcher.find()) {
                            if (!EVERYWHERE.contains(matcher.group(1))) {
                                labels.add(matcher.group(1));
                            }
                        }
                    });
            return labels;
        }
    }
}
