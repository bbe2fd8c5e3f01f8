package dev.concord.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What clients see when the leader dies or stands still, with 200 posts a second running against all nodes.
class LeaderFailureIT {
    private static final int KILLS = Integer.getInteger("system.kills", 10);
    /// The old leader leads again soon, so that the next round kills the same node (E13; 10 s by default).
    private static final String SOON = "preempt_stable_ms: 100";

    private static final int PER_SECOND = 200;

    @TempDir
    Path folder;

    @Test
    void killingTheLeaderAgainAndAgainCostsAPauseAndNothingElse() {
        try (ClusterProcesses cluster =
                        new ClusterProcesses(folder, 3, SOON).start().awaitReady();
                Load load = new Load(cluster, "kill", PER_SECOND, 4)) {
            long[] pauses = new long[KILLS];
            for (int round = 0; round < KILLS; round++) {
                cluster.awaitLeader(1, 3);
                load.awaitMore(200);
                long killed = System.nanoTime();
                cluster.node(3).kill();
                load.awaitMore(100);
                pauses[round] = load.longestPauseSince(killed) / 1_000_000;
                assertThat(cluster.api(1).cluster().leader()).isEqualTo(2);
                cluster.node(3).start();
                cluster.awaitLeader(3, 3);
            }
            load.stop();
            Arrays.sort(pauses);
            System.out.println("leader killed " + KILLS + " times: pause median " + pauses[KILLS / 2] + " ms, max "
                    + pauses[KILLS - 1] + " ms; " + load.acknowledged() + " messages acknowledged");
            assertThat(load.errors())
                    .as("answers of living nodes that were no success")
                    .isEmpty();
            load.assertKept();
        }
    }

    @Test
    void aLeaderThatStandsStillIsReplacedAndStepsBack() {
        try (ClusterProcesses cluster = new ClusterProcesses(folder, 3).start().awaitReady();
                Load load = new Load(cluster, "stop", PER_SECOND, 4)) {
            cluster.awaitLeader(1, 3);
            load.awaitMore(200);
            cluster.node(3).pause();
            try {
                ClusterProcesses.await(
                        "node 2 leads",
                        Duration.ofSeconds(20),
                        () -> cluster.api(1).cluster().leader() == 2);
                load.awaitMore(10 * PER_SECOND); // so the pause lasts ten seconds at least
            } finally {
                cluster.node(3).resume();
            }
            cluster.awaitLeader(3, 2);
            load.awaitMore(200);
            load.stop();
            load.assertKept();
        }
    }

    @Test
    void aStoppingLeaderHandsOver() {
        try (ClusterProcesses cluster = new ClusterProcesses(folder, 3).start().awaitReady();
                Load load = new Load(cluster, "term", PER_SECOND, 4)) {
            cluster.awaitLeader(1, 3);
            load.awaitMore(200);
            int status = cluster.node(3).terminate();
            assertThat(status).as(cluster.node(3).output()).isIn(0, 143);
            assertThat(cluster.node(3).output()).contains("leadership handed over");
            load.awaitMore(200);
            load.stop();
            load.assertKept();
        }
    }
}
