package dev.concord.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `concord up`, the main job: three processes from one command, and all of them gone after Ctrl-C.
class UpIT {
    @TempDir
    private Path folder;

    private final int[] ports = freeRanges();

    @Test
    void threeNodesServeUntilCtrlCAndGoOnWithTheirDataNextTime() throws Exception {
        try (Up up = new Up()) {
            up.awaitReady();
            assertThat(up.said()).contains("starting 3 nodes", "node 3 leads");
            assertThat(api(1).post("first", "hello").status()).isEqualTo(201);
            List<ProcessHandle> nodes = up.process.children().toList();
            assertThat(nodes).hasSize(3);

            up.interrupt();

            assertThat(up.said()).contains("stopping", "stopped; concord up goes on with the same data");
            assertThat(nodes).noneMatch(ProcessHandle::isAlive);
        }
        try (Up up = new Up()) {
            up.awaitReady();
            assertThat(api(2).history()).extracting(Api.Message::text).containsExactly("hello");
            assertThat(api(2).post("second", "again").json().get("seq").asLong())
                    .isEqualTo(2);
        }
    }

    @Test
    void noNodeOutlivesTheCommandHoweverItDies() throws Exception {
        try (Up up = new Up()) {
            up.awaitReady();
            List<ProcessHandle> nodes = up.process.children().toList();

            up.process.destroyForcibly();

            ClusterProcesses.await("all nodes have ended", () -> nodes.stream().noneMatch(ProcessHandle::isAlive));
        }
    }

    @Test
    void aDeadNodeIsNamedWithTheWayToBringItBack() throws Exception {
        try (Up up = new Up()) {
            up.awaitReady();
            up.process.children().findFirst().orElseThrow().destroyForcibly();

            ClusterProcesses.await("the death is reported", () -> up.said().contains("was killed (signal 9)"));

            assertThat(up.said()).containsPattern("./concord node --config .*node-\\d.yml");
        }
    }

    private Api api(int node) {
        return new Api("http://127.0.0.1:" + (ports[0] + node - 1));
    }

    /// Two runs of three ports each that nobody listens on.
    private static int[] freeRanges() {
        int first = ClusterProcesses.freeRun(6);
        return new int[] {first, first + 3};
    }

    private final class Up implements AutoCloseable {
        private final Path log = folder.resolve("up.log");
        private final Process process;

        Up() throws IOException {
            Files.deleteIfExists(log);
            List<String> command = new ArrayList<>();
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.addAll(List.of("-jar", System.getProperty("concord.jar"), "up"));
            command.addAll(List.of("--data", folder.resolve("data").toString()));
            command.addAll(List.of("--http-base", "" + ports[0], "--peer-base", "" + ports[1]));
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
            builder.environment().put("CONCORD_JAVA_OPTS", "-Xmx256m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC");
            process = builder.start();
        }

        void awaitReady() {
            ClusterProcesses.await("the cluster is ready", () -> said().contains("Ctrl-C stops all"));
        }

        /// Ctrl-C.
        void interrupt() throws Exception {
            new ProcessBuilder("kill", "-INT", Long.toString(process.pid()))
                    .start()
                    .waitFor();
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).as(said()).isTrue();
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
            List<ProcessHandle> nodes = process.children().toList();
            process.destroyForcibly();
            nodes.forEach(ProcessHandle::destroyForcibly);
            nodes.forEach(node -> node.onExit().orTimeout(30, TimeUnit.SECONDS).join());
        }
    }
}
