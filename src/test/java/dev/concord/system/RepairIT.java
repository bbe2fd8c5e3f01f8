package dev.concord.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A node whose log was damaged comes back by itself: it repairs what it has lost from the others, and
/// counts for nothing until then (P1 to P3). Messages are posted all the time.
class RepairIT {
    private static final String FIRST_SEGMENT = "log/00000000000000000001.jsonl";

    @TempDir
    Path folder;

    @Test
    void aFollowerWithAFlippedByteInTheMiddleRepairsItself() throws IOException {
        try (ClusterProcesses cluster = new ClusterProcesses(folder, 3).start().awaitReady();
                Load load = new Load(cluster, "f", 100, 2)) {
            load.awaitMore(300);
            NodeProcess damaged = cluster.node(1);
            damaged.kill();
            byte[] log = Files.readAllBytes(damaged.data().resolve(FIRST_SEGMENT));
            log[log.length / 2] ^= 4;
            Files.write(damaged.data().resolve(FIRST_SEGMENT), log);

            damaged.start();

            awaitRepaired(cluster, damaged);
            assertThat(damaged.output()).contains("the log is damaged: ").contains("counts for nothing");
            assertThat(damaged.data().resolve("quarantine").resolve("00000000000000000001.jsonl"))
                    .hasBinaryContent(log);
            load.awaitMore(100);
            assertKept(cluster, load);
        }
    }

    @Test
    void aFormerLeaderWithoutItsNewestEntriesDoesNotLeadBeforeItIsWhole() throws IOException {
        try (ClusterProcesses cluster = new ClusterProcesses(folder, 3, "preempt_stable_ms: 1000")
                        .start()
                        .awaitReady();
                Load load = new Load(cluster, "l", 100, 2)) {
            load.awaitMore(300);
            cluster.awaitLeader(1, 3);
            NodeProcess damaged = cluster.node(3);
            damaged.kill();
            Path log = damaged.data().resolve(FIRST_SEGMENT);
            List<String> lines = Files.readAllLines(log);
            Files.writeString(log, String.join("\n", lines.subList(0, lines.size() - 150)) + "\n");
            int before = damaged.output().length();

            damaged.start();

            awaitRepaired(cluster, damaged);
            cluster.awaitLeader(1, 3);
            String said = damaged.output().substring(before);
            assertThat(said).contains("the log ends here, but entries up to ");
            assertThat(said.indexOf("this log is whole again")).isPositive();
            assertThat(said.substring(0, said.indexOf("this log is whole again")))
                    .doesNotContain("(node 3, leader")
                    .doesNotContain("node 3 leads");
            load.awaitMore(100);
            assertKept(cluster, load);
        }
    }

    @Test
    void aMajorityInRepairIsSaidWithTheWayOut() throws IOException {
        try (ClusterProcesses cluster = new ClusterProcesses(folder, 3).start().awaitReady()) {
            for (int i = 0; i < 20; i++) {
                assertThat(cluster.api(1).post("m-" + i, "text").status()).isEqualTo(201);
            }
            cluster.awaitLevel(20);
            cluster.all().forEach(NodeProcess::kill);
            for (int id = 2; id <= 3; id++) {
                Path log = cluster.node(id).data().resolve(FIRST_SEGMENT);
                List<String> lines = Files.readAllLines(log);
                Files.writeString(log, String.join("\n", lines.subList(0, lines.size() - 5)) + "\n");
            }
            cluster.start();

            ClusterProcesses.await(
                    "node 1 says that too many are in repair",
                    () -> status(cluster).output().contains("concord recover --data"));
            assertThat(status(cluster).status()).isEqualTo(2);
            assertThat(status(cluster).output()).contains("repairing");
            assertThat(cluster.api(1).post("more", "text").status()).isEqualTo(503);
            // killed, it may not know that the last ones were committed; it has them, and keeps them for a recovery
            assertThat(cluster.api(1).history()).hasSizeBetween(15, 20);

            cluster.all().forEach(NodeProcess::kill);
            Cli.Result plan = Cli.run(
                    "recover",
                    "--data",
                    cluster.node(1).data().toString(),
                    cluster.node(2).data().toString(),
                    cluster.node(3).data().toString());
            assertThat(plan.output()).contains("20 messages");
        }
    }

    private static Cli.Result status(ClusterProcesses cluster) {
        return Cli.run("status", "--node", cluster.node(1).url());
    }

    private static void awaitRepaired(ClusterProcesses cluster, NodeProcess node) {
        ClusterProcesses.await("node " + node.id() + " is whole again", () -> {
            boolean alive = cluster.api(2).cluster().members().stream()
                    .filter(m -> m.get("id").asInt() == node.id())
                    .allMatch(m -> m.get("state").asString().equals("alive"));
            return alive && node.output().contains("this log is whole again");
        });
    }

    /// Everything acknowledged is there, once, and the files of all nodes are the same bytes.
    private static void assertKept(ClusterProcesses cluster, Load load) throws IOException {
        load.stop();
        load.assertKept();
        cluster.stopAndVerify();
        byte[] first = Files.readAllBytes(cluster.node(1).data().resolve(FIRST_SEGMENT));
        for (int id = 2; id <= 3; id++) {
            byte[] other = Files.readAllBytes(cluster.node(id).data().resolve(FIRST_SEGMENT));
            int common = Math.min(first.length, other.length); // what was appended while they stopped may differ
            assertThat(java.util.Arrays.mismatch(first, 0, common, other, 0, common))
                    .as("node %d", id)
                    .isEqualTo(-1);
        }
    }
}
