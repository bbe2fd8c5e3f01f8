package dev.concord.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/// docker-compose.yml, run by the Compose of this machine: `docker-compose` 1.29, or else `docker compose`.
@ExtendWith(NeedsDocker.class)
class ComposeIT {
    private static final int NODES = 3;

    private final String project = "concord-it-" + UUID.randomUUID().toString().substring(0, 8);
    private final int[] ports = ClusterProcesses.freePorts(NODES + 2);
    private final Map<String, String> environment = new HashMap<>();
    private final Shell shell = new Shell(ContainerImage.root(), environment);
    private final List<String> compose =
            Shell.has("docker-compose", "version") ? List.of("docker-compose") : List.of("docker", "compose");

    @BeforeEach
    void settings() {
        environment.put("CONCORD_IMAGE", ContainerImage.name());
        environment.put("CONCORD_BUILD_IMAGE", ContainerImage.BASE);
        environment.put("CONCORD_BASE_IMAGE", ContainerImage.BASE);
        environment.put("CONCORD_JAR", "target/concord.jar");
        environment.put("DOCKER_BUILDKIT", "0");
        for (int id = 1; id <= NODES; id++) {
            environment.put("CONCORD_PORT_" + id, Integer.toString(ports[id - 1]));
        }
        environment.put("PROMETHEUS_PORT", Integer.toString(ports[NODES]));
        environment.put("GRAFANA_PORT", Integer.toString(ports[NODES + 1]));
    }

    @AfterEach
    void down() {
        compose("--profile", "monitoring", "down", "--volumes", "--remove-orphans");
    }

    @Test
    void oneCommandStartsAClusterThatTakesMessagesOnceItIsHealthy() {
        compose("up", "--detach", "--build");
        awaitHealthy();
        for (int id = 1; id <= NODES; id++) {
            Api.Answer answer = api(id).post("m" + id, "hello from " + id);
            assertThat(answer.status())
                    .as("healthy means writable: %s", answer.body())
                    .isEqualTo(201);
            assertThat(shell.run("docker", "port", container(id)))
                    .as("published on loopback only")
                    .isEqualTo("8080/tcp -> 127.0.0.1:" + ports[id - 1] + "\n");
        }
        Api.Cluster cluster = api(1).cluster();
        assertThat(cluster.leader()).isEqualTo(NODES);
        assertThat(cluster.members())
                .hasSize(NODES)
                .allSatisfy(member -> assertThat(member.get("url").asString())
                        .isEqualTo("http://127.0.0.1:" + ports[member.get("id").asInt() - 1]));

        compose("kill", "node3");
        ClusterProcesses.await(
                "writes go on without the leader",
                () -> api(1).post("m4", "still here").status() / 100 == 2);

        compose("down");
        compose("up", "--detach");
        awaitHealthy();
        for (int id = 1; id <= NODES; id++) {
            assertThat(api(id).history())
                    .as("node %d after down and up", id)
                    .extracting(Api.Message::id)
                    .contains("m1", "m2", "m3", "m4");
        }
    }

    @Test
    void theMonitoringProfileScrapesAllNodes() {
        compose("--profile", "monitoring", "up", "--detach", "node1", "node2", "node3", "prometheus");
        awaitHealthy();
        Api prometheus = new Api("http://127.0.0.1:" + ports[NODES]);
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

    private void awaitHealthy() {
        for (int id = 1; id <= NODES; id++) {
            int node = id;
            ClusterProcesses.await(
                    "node " + id + " is healthy",
                    () -> shell.run("docker", "inspect", "--format", "{{.State.Health.Status}}", container(node))
                            .equals("healthy\n"));
        }
    }

    private String container(int id) {
        return shell.run(
                        "docker",
                        "ps",
                        "--all",
                        "--quiet",
                        "--filter",
                        "label=com.docker.compose.project=" + project,
                        "--filter",
                        "label=com.docker.compose.service=node" + id)
                .strip();
    }

    private Api api(int id) {
        return new Api("http://127.0.0.1:" + ports[id - 1]);
    }

    private void compose(String... arguments) {
        List<String> command = new ArrayList<>(compose);
        command.addAll(List.of("--project-name", project));
        command.addAll(Arrays.asList(arguments));
        shell.run(command.toArray(String[]::new));
    }
}
