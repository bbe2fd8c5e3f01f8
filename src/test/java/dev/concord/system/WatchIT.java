package dev.concord.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `concord watch` while a leader dies and comes back.
class WatchIT {
    @TempDir
    private Path folder;

    @Test
    void tellsAsItHappensWhoLeadsAndWhoIsGone() throws Exception {
        try (ClusterProcesses cluster = new ClusterProcesses(folder, 3, "preempt_stable_ms: 100")
                        .start()
                        .awaitReady();
                Watch watch = new Watch("watch", "--node", cluster.node(1).url())) {
            watch.awaitSaid("healthy: 1 more node may fail");

            cluster.node(3).kill();

            watch.awaitSaid("node 3   does not answer", "cluster  node 2 leads", "degraded: node 3 is");
            cluster.node(3).start();
            watch.awaitSaid("node 3   answers again", "cluster  healthy: 1 more node may fail");
            watch.awaitSaid("node 2   leader     ", "handing over to node 3", "cluster  node 3 leads");
        }
    }

    @Test
    void waitsForAClusterToBecomeHealthy() throws Exception {
        try (ClusterProcesses cluster = new ClusterProcesses(folder, 3);
                Watch watch = new Watch(
                        "watch",
                        "--exit-when-healthy",
                        "--node",
                        cluster.node(2).url())) {
            watch.awaitSaid("no node answers at");

            cluster.start();

            assertThat(watch.process.waitFor(60, TimeUnit.SECONDS))
                    .as(watch.said())
                    .isTrue();
            assertThat(watch.process.exitValue()).isZero();
        }
    }

    @Test
    void statusWaitsToo() throws Exception {
        try (ClusterProcesses cluster = new ClusterProcesses(folder, 3);
                Watch status = new Watch(
                        "status",
                        "--exit-when-healthy",
                        "--node",
                        cluster.node(2).url())) {
            status.awaitSaid("concord: waiting: no node answers at");

            cluster.start();

            assertThat(status.process.waitFor(60, TimeUnit.SECONDS))
                    .as(status.said())
                    .isTrue();
            assertThat(status.process.exitValue()).isZero();
            assertThat(status.said()).contains("healthy: 1 more node may fail");
        }
    }

    @Test
    void endsWithTheStateThatTheClusterIsInWhenTimeIsOver() {
        try (ClusterProcesses cluster = new ClusterProcesses(folder, 3).start().awaitReady()) {
            cluster.node(1).kill();
            cluster.node(2).kill();
            ClusterProcesses.await(
                    "there is no quorum", () -> cluster.api(3).cluster().leader() == 0);

            String url = cluster.node(3).url();
            assertThat(Cli.run("watch", "--timeout", "1", "--node", url).status())
                    .isEqualTo(2);
            Cli.Result status = Cli.run("status", "--exit-when-healthy", "--timeout", "1", "--node", url);
            assertThat(status.status()).isEqualTo(2);
            assertThat(status.output()).contains("concord: waiting: no quorum", "no quorum: messages are refused");
        }
    }

    private final class Watch implements AutoCloseable {
        private final Path log = folder.resolve("watch.log");
        private final Process process;

        Watch(String... arguments) throws IOException {
            process = new ProcessBuilder(Cli.command(arguments))
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
        }

        void awaitSaid(String... texts) {
            for (String text : texts) {
                try {
                    ClusterProcesses.await("watch says: " + text, () -> said().contains(text));
                } catch (AssertionError e) {
                    throw new AssertionError(said(), e);
                }
            }
        }

        String said() {
            try {
                return Files.readString(log);
            } catch (IOException e) {
                return "";
            }
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }
}
