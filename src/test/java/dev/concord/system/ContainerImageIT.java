package dev.concord.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.command.InspectImageResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.testcontainers.DockerClientFactory;

/// The image as the `docker` command shows it.
@ExtendWith(NeedsDocker.class)
class ContainerImageIT {
    private final String name = "concord-it-" + UUID.randomUUID().toString().substring(0, 8);
    private final Shell shell = new Shell(ContainerImage.root(), Map.of());

    @AfterEach
    void remove() {
        shell.attempt("docker", "rm", "--force", "--volumes", name);
    }

    @Test
    void runsAsAUserWithoutRightsOnAReadOnlyRootAndEndsWell() {
        int port = start("--read-only", "--tmpfs", "/tmp", "--cap-drop", "ALL");
        Api api = new Api("http://127.0.0.1:" + port);

        assertThat(api.post("m1", "hello").status()).isEqualTo(201);
        assertThat(shell.run("docker", "exec", name, "id", "-u")).isEqualTo("10001\n");
        assertThat(shell.attempt("docker", "exec", name, "touch", "/opt/concord/x")
                        .status())
                .isNotZero();
        assertThat(shell.run("docker", "exec", name, "concord", "status")).contains("healthy");
        ClusterProcesses.await(
                "Docker calls the container healthy",
                () -> shell.run("docker", "inspect", "--format", "{{.State.Health.Status}}", name)
                        .equals("healthy\n"));

        shell.run("docker", "stop", "--time", "30", name);
        assertThat(shell.run("docker", "inspect", "--format", "{{.State.ExitCode}} {{.State.OOMKilled}}", name))
                .as("ended by SIGTERM, not by force: %s", shell.attempt("docker", "logs", name))
                .isIn("0 false\n", "143 false\n");
    }

    @Test
    void startsFast() {
        Instant before = Instant.now();
        int port = start("--read-only", "--tmpfs", "/tmp");
        Duration ready = Duration.between(before, Instant.now());

        System.out.printf("One node in a container: %d ms from docker run to ready%n", ready.toMillis());
        assertThat(ready).as("2.5 s on two idle cores; these may be busy").isLessThan(Duration.ofSeconds(10));
        assertThat(new Api("http://127.0.0.1:" + port)
                        .get("/actuator/health/readiness")
                        .status())
                .isEqualTo(200);
    }

    /// Java starts without the cache as well, only slower and without a word; so it is told to insist.
    @Test
    void itsCacheForFastStartsFits() {
        assertThat(shell.run(
                        "docker",
                        "run",
                        "--rm",
                        "--name",
                        name,
                        "--env",
                        "CONCORD_JAVA_OPTS=-XX:AOTMode=on",
                        ContainerImage.name(),
                        "node",
                        "--help"))
                .contains("Runs one node until it is stopped");
    }

    @Test
    void isNotOpenToEverybodyUnlessToldSo() {
        Shell.Result result = shell.attempt("docker", "run", "--rm", "--name", name, ContainerImage.name());

        assertThat(result.status()).isEqualTo(2);
        assertThat(result.output()).contains("CONCORD_INSECURE=true").hasLineCount(1);
    }

    @Test
    void addsLittleToItsBase() {
        long size = size(ContainerImage.name());
        long base = size(ContainerImage.BASE);

        System.out.printf("The image has %d MB, %d MB of them its base%n", size / 1_000_000, base / 1_000_000);
        assertThat(size - base).isLessThan(120_000_000);
    }

    @Test
    void holdsNoSecretAndNoData() {
        assertThat(shell.run(
                        "docker",
                        "run",
                        "--rm",
                        "--name",
                        name,
                        "--entrypoint",
                        "find",
                        ContainerImage.name(),
                        "/data",
                        "/secret",
                        "/tmp",
                        "-mindepth",
                        "1"))
                .isEmpty();
        InspectImageResponse image = DockerClientFactory.instance()
                .client()
                .inspectImageCmd(ContainerImage.name())
                .exec();
        assertThat(image.getConfig()).isNotNull();
        assertThat(image.getConfig().getUser()).isEqualTo("10001:10001");
    }

    /// Starts a node and waits until it is ready; returns its port.
    private int start(String... options) {
        int port = ClusterProcesses.freePorts(1)[0];
        String[] command = {
            "docker",
            "run",
            "--detach",
            "--name",
            name,
            "--env",
            "CONCORD_INSECURE=true",
            "--publish",
            "127.0.0.1:" + port + ":8080"
        };
        String[] all = new String[command.length + options.length + 1];
        System.arraycopy(command, 0, all, 0, command.length);
        System.arraycopy(options, 0, all, command.length, options.length);
        all[all.length - 1] = ContainerImage.name();
        shell.run(all);
        Api api = new Api("http://127.0.0.1:" + port);
        ClusterProcesses.await(
                "the node is ready",
                () -> api.get("/actuator/health/readiness").status() == 200
                        && api.get("/actuator/health/quorum").status() == 200);
        return port;
    }

    private long size(String image) {
        Long size = DockerClientFactory.instance()
                .client()
                .inspectImageCmd(image)
                .exec()
                .getSize();
        return size == null ? 0 : size;
    }
}
