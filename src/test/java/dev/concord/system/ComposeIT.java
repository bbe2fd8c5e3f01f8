package dev.concord.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.operations.Monitoring;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/// docker-compose.yml, run by the Compose of this machine: the start by each version, the rest by the newest.
@ExtendWith(NeedsDocker.class)
class ComposeIT {
    private static final int NODES = ComposeProject.NODES;
    /// The longest `for` of the alerts below, and the time that scraping and evaluating take.
    private static final Duration ALERT_PATIENCE = Duration.ofMinutes(4);

    static List<Compose> composes() {
        return Compose.all();
    }

    @ParameterizedTest
    @MethodSource("composes")
    void oneCommandStartsAClusterThatTakesMessagesOnceItIsHealthy(Compose compose) {
        try (ComposeProject project = new ComposeProject(compose)) {
            project.up("--build");
            for (int id = 1; id <= NODES; id++) {
                Api.Answer answer = project.api(id).post("m" + id, "hello from " + id);
                assertThat(answer.status())
                        .as("healthy means writable: %s", answer.body())
                        .isEqualTo(201);
                assertThat(project.docker("port", project.container(id)))
                        .as("published on loopback only")
                        .isEqualTo("8080/tcp -> 127.0.0.1:" + project.port(id) + "\n");
            }
            Api.Cluster cluster = project.api(1).cluster();
            assertThat(cluster.leader()).isEqualTo(NODES);
            assertThat(cluster.members())
                    .hasSize(NODES)
                    .allSatisfy(member -> assertThat(member.get("url").asString())
                            .isEqualTo("http://127.0.0.1:"
                                    + project.port(member.get("id").asInt())));

            project.run("kill", "node3");
            ClusterProcesses.await(
                    "writes go on without the leader",
                    () -> project.api(1).post("m4", "still here").status() / 100 == 2);

            project.run("down");
            project.up();
            for (int id = 1; id <= NODES; id++) {
                assertThat(project.api(id).history())
                        .as("node %d after down and up", id)
                        .extracting(Api.Message::id)
                        .contains("m1", "m2", "m3", "m4");
            }
        }
    }

    /// As docs/OPERATIONS.md says of `restart`: a node that fell is picked up, one that was removed is left alone.
    @Test
    void aNodeThatCrashedComesBackAndOneThatWasRemovedIsGivenUp() {
        try (ComposeProject project = new ComposeProject(Compose.newest())) {
            project.up();
            project.docker("exec", project.container(2), "sh", "-c", "kill -SEGV 1");
            ClusterProcesses.await(
                    "the crashed node is back",
                    () -> project.inspect(2, "{{.RestartCount}} {{.State.Health.Status}}")
                            .equals("1 healthy"));
            project.run("exec", "-T", "node3", "concord", "member", "remove", "2");

            ClusterProcesses.await(
                    "the removed node is given up",
                    Duration.ofMinutes(3),
                    () -> project.inspect(2, "{{.State.Status}} {{.RestartCount}}")
                            .equals("exited 8"));
            assertThat(project.docker("logs", "--tail", "3", project.container(2)))
                    .contains("was removed");
            assertThat(project.api(1).post("after", "two are left").status()).isEqualTo(201);
        }
    }

    @Test
    void prometheusRaisesTheAlertsOfALostLeaderAndTakesThemBack() {
        try (ComposeProject project = new ComposeProject(Compose.newest())) {
            project.up("node1", "node2", "node3", "prometheus");
            Api prometheus = project.prometheus();
            scrapesAllNodes(prometheus);
            hasAllRulesWithoutAnError(prometheus);
            Set<String> expected = Set.of("ConcordNodeDown", "ConcordQuorumMarginZero", "ConcordNotScraped");
            String[] names = expected.toArray(String[]::new);
            ClusterProcesses.await(
                    "nothing is raised, what was pending while the nodes started included",
                    ALERT_PATIENCE,
                    () -> alerts(prometheus, names).isEmpty());

            project.run("kill", "node3");

            ClusterProcesses.await(
                    "the alerts are raised",
                    ALERT_PATIENCE,
                    () -> alerts(prometheus, names).keySet().equals(expected));
            ClusterProcesses.await(
                    "they fire",
                    ALERT_PATIENCE,
                    () -> alerts(prometheus, names).values().stream()
                                    .filter("firing"::equals)
                                    .count()
                            == expected.size());
            assertThat(alerts(prometheus, "ConcordNoLeader", "ConcordTwoLeaders", "ConcordReplicaDiverged"))
                    .as("two nodes go on as if nothing had happened")
                    .isEmpty();

            project.run("start", "node3");

            ClusterProcesses.await(
                    "they are taken back",
                    ALERT_PATIENCE,
                    () -> alerts(prometheus, names).isEmpty());
        }
    }

    private static void scrapesAllNodes(Api prometheus) {
        ClusterProcesses.await("Prometheus has scraped all nodes", () -> {
            JsonNode up = prometheus.get("/api/v1/query?query=sum(up)").json();
            return up.at("/data/result/0/value/1").asString("").equals(Integer.toString(NODES));
        });
        assertThat(prometheus
                        .get("/api/v1/query?query=count(concord_log_commit)")
                        .json()
                        .at("/data/result")
                        .size())
                .as("a meter of Concord is there")
                .isEqualTo(1);
    }

    private static void hasAllRulesWithoutAnError(Api prometheus) {
        ClusterProcesses.await(
                "every rule was evaluated",
                () -> rules(prometheus).values().stream()
                        .noneMatch(rule -> rule.path("health").asString().equals("unknown")));
        assertThat(rules(prometheus)).containsOnlyKeys(Monitoring.ruleNames()).allSatisfy((name, rule) -> {
            assertThat(rule.path("health").asString())
                    .as(rule.path("lastError").asString())
                    .isEqualTo("ok");
            assertThat(rule.path("type").asString()).isEqualTo("alerting");
        });
    }

    private static Map<String, JsonNode> rules(Api prometheus) {
        Map<String, JsonNode> rules = new TreeMap<>();
        prometheus
                .get("/api/v1/rules")
                .json()
                .at("/data/groups")
                .forEach(group -> group.path("rules")
                        .forEach(rule -> rules.put(rule.path("name").asString(), rule)));
        return rules;
    }

    /// Those of the named alerts that are pending or firing.
    private static Map<String, String> alerts(Api prometheus, String... names) {
        Set<String> wanted = new TreeSet<>(List.of(names));
        Map<String, String> active = new TreeMap<>();
        prometheus.get("/api/v1/alerts").json().at("/data/alerts").forEach(alert -> {
            String name = alert.path("labels").path("alertname").asString();
            if (wanted.contains(name)) {
                active.put(name, alert.path("state").asString());
            }
        });
        return active;
    }
}
