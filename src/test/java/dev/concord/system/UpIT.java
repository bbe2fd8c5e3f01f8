package dev.concord.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `concord up`, the main job: three processes from one command, and all of them gone after Ctrl-C.
class UpIT {
    @TempDir
    private Path folder;

    private final int ports = ClusterProcesses.freeRun(6);

    @Test
    void threeNodesServeUntilCtrlCAndGoOnWithTheirDataNextTime() throws Exception {
        try (UpProcess up = start()) {
            up.awaitReady();
            assertThat(up.said()).contains("starting 3 nodes", "node 3 leads");
            assertThat(up.api(1).post("first", "hello").status()).isEqualTo(201);
            List<ProcessHandle> nodes = up.nodes();
            assertThat(nodes).hasSize(3);

            up.interrupt();

            assertThat(up.said()).contains("stopping", "stopped; concord up goes on with the same data");
            assertThat(nodes).noneMatch(ProcessHandle::isAlive);
        }
        try (UpProcess up = start()) {
            up.awaitReady();
            assertThat(up.api(2).history()).extracting(Api.Message::text).containsExactly("hello");
            assertThat(up.api(2).post("second", "again").json().get("seq").asLong())
                    .isEqualTo(2);
        }
    }

    @Test
    void noNodeOutlivesTheCommandHoweverItDies() throws Exception {
        try (UpProcess up = start()) {
            up.awaitReady();
            List<ProcessHandle> nodes = up.nodes();

            up.process().destroyForcibly();

            ClusterProcesses.await("all nodes have ended", () -> nodes.stream().noneMatch(ProcessHandle::isAlive));
        }
    }

    @Test
    void aDeadNodeIsNamedWithTheWayToBringItBack() throws Exception {
        try (UpProcess up = start()) {
            up.awaitReady();
            up.process().children().findFirst().orElseThrow().destroyForcibly();

            ClusterProcesses.await("the death is reported", () -> up.said().contains("was killed (signal 9)"));
            Pattern wayBack = Pattern.compile("\\./concord node --config .*node-\\d\\.yml");
            ClusterProcesses.await(
                    "the way to bring it back is named",
                    () -> wayBack.matcher(up.said()).find());
        }
    }

    @Test
    void withoutALabNothingOfItIsThere() throws Exception {
        try (UpProcess up = start()) {
            up.awaitReady();
            Api.Answer answer = up.api(1).get("/api/lab");
            assertThat(answer.status()).isEqualTo(404);
            assertThat(answer.json().get("detail").asString()).contains("concord up --lab");
            assertThat(up.api(1).get("/api/lab/protocol").status()).isEqualTo(404);
            assertThat(Files.readString(folder.resolve("data").resolve("node-3.yml")))
                    .doesNotContain("lab_url", "bind_port");

            ProcessHandle node3 = up.nodeProcess(3);
            node3.destroyForcibly();
            node3.onExit().join();

            assertThat(ClusterProcesses.isFree(ports + 5))
                    .as("nobody but the node listened at its port")
                    .isTrue();
        }
    }

    private UpProcess start() throws IOException {
        return new UpProcess(folder, 3, ports, ports + 3);
    }
}
