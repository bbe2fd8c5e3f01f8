package dev.concord.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.model.Statistics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
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

    /// How long it takes depends on who else is busy, how much work it is not so much: about 2.5 s on idle cores, and
    /// up to twice that on crowded ones.
    @Test
    void startsFast() throws Exception {
        Instant before = Instant.now();
        start("--read-only", "--tmpfs", "/tmp");
        Duration ready = Duration.between(before, Instant.now());
        Duration work = processorTime();

        System.out.printf(
                "One node in a container: ready after %d ms, with %d ms of processor time%n",
                ready.toMillis(), work.toMillis());
        assertThat(work).isPositive().isLessThan(Duration.ofSeconds(8));
    }

    private Duration processorTime() throws Exception {
        AtomicLong nanos = new AtomicLong();
        ResultCallback.Adapter<Statistics> read = new ResultCallback.Adapter<>() {
            @Override
            public void onNext(Statistics statistics) {
                Long total = statistics.getCpuStats().getCpuUsage().getTotalUsage();
                nanos.set(total == null ? 0 : total);
            }
        };
        DockerClientFactory.instance()
                .client()
                .statsCmd(name)
                .withNoStream(true)
                .exec(read)
                .awaitCompletion();
        return Duration.ofNanos(nanos.get());
    }

    /// Testcontainers and Compose 1.29 build with the classic builder; whoever types `docker build` today does not.
    @Test
    void buildKitBuildsItToo() {
        // Another client in the path may lack the plugin that it needs for this; Debian's needs none.
        String docker = Files.isExecutable(Path.of("/usr/bin/docker")) ? "/usr/bin/docker" : "docker";
        Shell builder = new Shell(ContainerImage.root(), Map.of("DOCKER_BUILDKIT", "1"));
        builder.run(
                docker,
                "build",
                "--tag",
                name + ":buildkit",
                "--build-arg",
                "BUILD_IMAGE=" + ContainerImage.BASE,
                "--build-arg",
                "BASE_IMAGE=" + ContainerImage.BASE,
                "--build-arg",
                "JAR=target/concord.jar",
                ".");
        try {
            insistOnTheCache(name + ":buildkit");
        } finally {
            shell.run("docker", "rmi", "--force", name + ":buildkit");
        }
    }

    /// Java starts without the cache as well, only slower and without a word; so it is told to insist.
    @Test
    void itsCacheForFastStartsFits() {
        insistOnTheCache(ContainerImage.name());
    }

    private void insistOnTheCache(String image) {
        assertThat(shell.run(
                        "docker",
                        "run",
                        "--rm",
                        "--name",
                        name,
                        "--env",
                        "CONCORD_JAVA_OPTS=-XX:AOTMode=on",
                        image,
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
