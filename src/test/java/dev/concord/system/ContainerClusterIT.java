package dev.concord.system;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Containers are killed, paused, cut off and lost while clients write. Whatever happens: what was
/// acknowledged is in the history of every node, once, and in the same order.
@ExtendWith(NeedsDocker.class)
class ContainerClusterIT {
    private static final int PER_SECOND = 60;

    @Test
    void aKilledLeaderIsSucceededAndComesBackWithItsVolume() {
        try (ContainerCluster cluster = new ContainerCluster(3);
                Load load = new Load(cluster, "kill", PER_SECOND, 2)) {
            load.awaitMore(50);
            cluster.node(3).kill();
            assertThat(cluster.awaitLeaderOtherThan(3, 1)).isEqualTo(2);
            load.awaitMore(50);

            cluster.node(3).start();
            ClusterProcesses.await("node 3 is level again", () -> cluster.api(3).newestSeq() >= load.acknowledged());
            load.awaitMore(50);
            load.stop();
            assertThat(cluster.livingIds()).containsExactly(1, 2, 3);
            load.assertKept();
        }
    }

    @Test
    void aPausedLeaderIsSucceededAndFollowsWhenItWakes() {
        try (ContainerCluster cluster = new ContainerCluster(3);
                Load load = new Load(cluster, "pause", PER_SECOND, 2)) {
            load.awaitMore(50);
            cluster.node(3).pause();
            assertThat(cluster.awaitLeaderOtherThan(3, 1)).isEqualTo(2);
            long before = load.acknowledged();
            load.awaitMore(50);

            cluster.node(3).unpause();
            ClusterProcesses.await(
                    "node 3 has what it slept through", () -> cluster.api(3).newestSeq() > before);
            load.awaitMore(50);
            load.stop();
            load.assertKept();
        }
    }

    @Test
    void aLeaderWithoutANetworkRefusesWritesAndCatchesUpAtAnotherAddress() {
        try (ContainerCluster cluster = new ContainerCluster(3);
                Load load = new Load(cluster, "cut", PER_SECOND, 2)) {
            load.awaitMore(50);
            String address = cluster.node(3).address();
            cluster.node(3).disconnect();
            cluster.addStranger();
            assertThat(cluster.awaitLeaderOtherThan(3, 1)).isEqualTo(2);
            ClusterProcesses.await("the node that is cut off refuses to write", () -> {
                Api.Answer answer = cluster.api(3).post("cut-off", "nobody hears this");
                return answer.status() == 503;
            });
            assertThat(cluster.api(3).get("/actuator/health/quorum").status()).isEqualTo(503);
            assertThat(cluster.api(3).get("/actuator/health/liveness").status())
                    .as("a node without a network is no reason to restart it")
                    .isEqualTo(200);
            load.awaitMore(50);

            cluster.node(3).reconnect();
            assertThat(cluster.node(3).address()).isNotEqualTo(address);
            long before = load.acknowledged();
            ClusterProcesses.await(
                    "node 3 has what it missed", () -> cluster.api(3).newestSeq() >= before);
            load.awaitMore(50);
            load.stop();
            load.assertKept();
            assertThat(cluster.api(1).history()).extracting(Api.Message::id).doesNotContain("cut-off");
        }
    }

    @Test
    void aNodeThatLostItsVolumeIsFilledAgain() {
        try (ContainerCluster cluster = new ContainerCluster(3);
                Load load = new Load(cluster, "lost", PER_SECOND, 2)) {
            load.awaitMore(50);
            cluster.node(1).kill();
            load.awaitMore(50);

            cluster.node(1).replace();
            ClusterProcesses.await(
                    "node 1 has the whole history again", () -> cluster.api(1).newestSeq() >= 100);
            cluster.awaitVoters(3);
            load.stop();
            load.assertKept();
            assertThat(cluster.api(1).history()).hasSizeGreaterThanOrEqualTo(100);
        }
    }

    @Test
    void threeNodesBecomeFiveOfWhichTwoMayFailAndThreeAgain() {
        try (ContainerCluster cluster = new ContainerCluster(3);
                Load load = new Load(cluster, "join", PER_SECOND, 2)) {
            load.awaitMore(50);
            cluster.join();
            cluster.awaitVoters(4);
            cluster.join();
            cluster.awaitVoters(5);
            load.awaitMore(50);

            cluster.node(1).kill();
            cluster.node(2).kill();
            load.awaitMore(50);
            assertThat(cluster.livingIds()).containsExactly(3, 4, 5);

            cluster.node(1).start();
            cluster.node(2).start();
            for (int id : new int[] {5, 4}) {
                ClusterProcesses.await(
                        "node " + id + " is removed",
                        () -> cluster.api(1).remove(id).status() == 200);
                ClusterProcesses.await(
                        "its container ends", () -> !cluster.node(id).isAlive());
                assertThat(cluster.node(id).output()).contains("node " + id + " was removed");
            }
            cluster.awaitVoters(3);
            load.awaitMore(50);
            load.stop();
            assertThat(cluster.livingIds()).containsExactly(1, 2, 3);
            load.assertKept();
        }
    }
}
