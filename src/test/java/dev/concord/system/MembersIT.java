package dev.concord.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A cluster that grows and shrinks while clients write to it.
class MembersIT {
    /// The highest id leads soon after it has joined, so that the node to be removed is the leader (E13).
    private static final String SOON = "preempt_stable_ms: 100";

    @TempDir
    Path folder;

    @Test
    void threeNodesBecomeFiveByJoiningAndThreeAgainUnderLoad() {
        try (ClusterProcesses cluster = new ClusterProcesses(folder, 5, 3, SOON)) {
            for (int id = 1; id <= 3; id++) {
                cluster.node(id).start();
            }
            ClusterProcesses.await("three voters", () -> voters(cluster, 1) == 3);
            try (Load load = new Load(cluster, "members", 200, 2)) {
                load.awaitMore(200);
                cluster.node(4).start();
                ClusterProcesses.await("four voters", () -> voters(cluster, 1) == 4);
                cluster.node(5).start();
                ClusterProcesses.await("five voters", () -> voters(cluster, 5) == 5);
                cluster.awaitLeader(1, 5);
                load.awaitMore(200);

                Api.Answer leader = cluster.api(1).remove(5);
                assertThat(leader.status()).as(leader.body()).isEqualTo(200);
                assertStopsAsRemoved(cluster.node(5));
                assertThat(cluster.api(1).remove(5).status()).as("once more").isEqualTo(200);
                Api.Answer itself = cluster.api(4).remove(4);
                assertThat(itself.status()).as(itself.body()).isEqualTo(200);
                assertStopsAsRemoved(cluster.node(4));
                assertThat(voters(cluster, 1)).isEqualTo(3);
                load.awaitMore(200);
                load.stop();
                assertThat(cluster.living()).hasSize(3);
                load.assertKept();
            }
            cluster.node(5).start();
            assertThat(cluster.node(5).awaitExit(30)).isNotZero();
            assertThat(cluster.node(5).output()).contains("node 5 was removed from its cluster");
        }
    }

    @Test
    void aDeadNodeIsRemovedAndReplacedAndTheClusterShrinksToOne() throws IOException {
        try (ClusterProcesses cluster = new ClusterProcesses(folder, 3).start().awaitReady()) {
            assertThat(cluster.api(1).post("first", "hello").status()).isEqualTo(201);
            cluster.node(1).kill();
            ClusterProcesses.await("the removal of another node is refused", () -> {
                Api.Answer refused = cluster.api(3).remove(2);
                return refused.status() == 409
                        && refused.json().get("code").asString().equals("removal-endangers-quorum");
            });
            Cli.Result removed =
                    Cli.run("member", "remove", "--node", cluster.node(2).url(), "1");
            assertThat(removed.status()).as(removed.output()).isZero();
            assertThat(voters(cluster, 3)).isEqualTo(2);

            cluster.node(1).start(); // its old data
            assertStopsAsRemoved(cluster.node(1));
            Files.move(cluster.node(1).data(), folder.resolve("old-1"));
            cluster.node(1).start();
            ClusterProcesses.await("the replacement votes", () -> voters(cluster, 3) == 3);
            cluster.awaitLevel(1);

            assertThat(cluster.api(1).remove(1).status()).isEqualTo(200);
            assertThat(cluster.api(2).remove(3).status()).as("the leader").isEqualTo(200);
            ClusterProcesses.await("node 2 is alone", () -> voters(cluster, 2) == 1);
            assertThat(cluster.api(2).post("last", "still here").status()).isEqualTo(201);
            Api.Answer last = cluster.api(2).remove(2);
            assertThat(last.status()).isEqualTo(409);
            assertThat(last.json().get("code").asString()).isEqualTo("last-voter");
            assertThat(cluster.api(2).history()).extracting(Api.Message::id).containsExactly("first", "last");
        }
    }

    private static void assertStopsAsRemoved(NodeProcess node) {
        assertThat(node.awaitExit(30)).isEqualTo(70);
        String[] lines = node.output().strip().split("\\R");
        assertThat(lines[lines.length - 1]).contains("ERROR", "REMOVED: node " + node.id() + " was removed");
    }

    private static int voters(ClusterProcesses cluster, int at) {
        return (int) cluster.api(at).cluster().members().stream()
                .filter(m -> !m.get("role").asString().equals("learner"))
                .count();
    }
}
