package dev.concord.system;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// The cluster of docker-compose.yml under a name and on ports of its own.
final class ComposeProject implements AutoCloseable {
    static final int NODES = 3;

    private final Compose compose;
    private final String name = "concord-it-" + UUID.randomUUID().toString().substring(0, 8);
    private final int[] ports = ClusterProcesses.freePorts(NODES + 2);
    private final Map<String, String> environment = new HashMap<>();
    private final Shell shell = new Shell(ContainerImage.root(), environment);

    ComposeProject(Compose compose) {
        this.compose = compose;
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

    /// Starts it as docs/OPERATIONS.md says, and returns when it is healthy.
    ///
    /// @param more further arguments of `up`
    void up(String... more) {
        List<String> arguments = new ArrayList<>(List.of("--profile", "monitoring", "up"));
        arguments.addAll(compose == Compose.TWO ? List.of("--wait", "--wait-timeout", "180") : List.of("--detach"));
        arguments.addAll(List.of(more));
        if (List.of(more).stream().noneMatch(argument -> argument.startsWith("node"))) {
            arguments.addAll(List.of("node1", "node2", "node3"));
        }
        run(arguments.toArray(String[]::new));
        if (compose == Compose.ONE) {
            awaitHealthy();
        }
    }

    private void awaitHealthy() {
        for (int id = 1; id <= NODES; id++) {
            int node = id;
            ClusterProcesses.await(
                    "node " + id + " is healthy", () -> health(node).equals("healthy"));
        }
    }

    String health(int id) {
        return inspect(id, "{{.State.Health.Status}}");
    }

    /// What the engine says of the container of a node.
    String inspect(int id, String format) {
        return shell.run("docker", "inspect", "--format", format, container(id)).strip();
    }

    String container(int id) {
        return shell.run(
                        "docker",
                        "ps",
                        "--all",
                        "--quiet",
                        "--filter",
                        "label=com.docker.compose.project=" + name,
                        "--filter",
                        "label=com.docker.compose.service=node" + id)
                .strip();
    }

    int port(int id) {
        return ports[id - 1];
    }

    Api api(int id) {
        return new Api("http://127.0.0.1:" + port(id));
    }

    Api prometheus() {
        return new Api("http://127.0.0.1:" + ports[NODES]);
    }

    String run(String... arguments) {
        List<String> command = new ArrayList<>(compose.command());
        command.addAll(List.of("--project-name", name));
        command.addAll(Arrays.asList(arguments));
        return shell.run(command.toArray(String[]::new));
    }

    String docker(String... arguments) {
        List<String> command = new ArrayList<>(List.of("docker"));
        command.addAll(Arrays.asList(arguments));
        return shell.run(command.toArray(String[]::new));
    }

    @Override
    public void close() {
        run("--profile", "monitoring", "down", "--volumes", "--remove-orphans");
    }
}
