package dev.concord.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Planned absences: a node is drained before it stops, and the lead is moved by hand.
class DrainIT {
    @TempDir
    Path folder;

    @Test
    void aDrainedLeaderGivesUpLeadAndClientsAndIsNotMissed() {
        try (ClusterProcesses cluster = new ClusterProcesses(folder, 3, "preempt_stable_ms: 500")
                        .start()
                        .awaitReady();
                Load load = new Load(cluster, "drain", 200, 2);
                Stomp subscriber = new Stomp(cluster.node(3).url())) {
            subscriber.subscribe("/topic/chat", "");
            cluster.awaitLeader(1, 3);
            load.awaitMore(100);

            String port = Integer.toString(URI.create(cluster.node(3).url()).getPort());
            Cli.Result drained = Cli.run(Map.of("CONCORD_HTTP_PORT", port), "drain");

            assertThat(drained.status()).as(drained.output()).isZero();
            // node 1 only if node 2 is behind just then; node 2 takes over from it as soon as it is not
            assertThat(drained.output()).containsPattern("node 3 is drained, node [12] leads: it is safe to stop it");
            assertThat(cluster.api(1).cluster().leader()).isNotEqualTo(3);
            assertThat(subscriber.awaitClose()).isEqualTo(1012);
            Api.Answer readiness = cluster.api(3).get("/actuator/health/readiness");
            assertThat(readiness.status()).isEqualTo(503);
            assertThat(readiness.json().get("status").asString()).isEqualTo("OUT_OF_SERVICE");
            assertThat(cluster.api(3).get("/api/messages/stream").status()).isEqualTo(503);
            load.awaitMore(400); // two seconds: four times what would give node 3 the lead
            cluster.awaitLeader(1, 2);
            assertThat(load.errors()).as("nobody is refused anything").isEmpty();

            cluster.node(3).terminate();
            load.awaitMore(100);
            cluster.node(3).start();
            cluster.awaitLeader(1, 3);
            load.stop();
            load.assertKept();
        }
    }

    @Test
    void aNodeThatTheOthersNeedIsNotSafeToStop() {
        try (ClusterProcesses cluster = new ClusterProcesses(folder, 3).start().awaitReady()) {
            cluster.node(1).kill();
            ClusterProcesses.await(
                    "node 1 is missed",
                    () -> cluster.api(3)
                            .cluster()
                            .members()
                            .getFirst()
                            .get("state")
                            .asString()
                            .equals("suspect"));
            Cli.Result needed = Cli.run("drain", "--node", cluster.node(3).url(), "--wait", "500ms");
            assertThat(needed.status()).as(needed.output()).isEqualTo(1);
            assertThat(needed.output()).contains("without this node 1 of 3 are in reach, and 2 are needed");
            assertThat(cluster.api(2).post("still", "hello").status()).isEqualTo(201);

            Cli.Result gone = Cli.run("drain", "--node", cluster.node(1).url());
            assertThat(gone.status()).as(gone.output()).isEqualTo(3);
            assertThat(Cli.run("drain", "--wait", "soon").status()).isEqualTo(2);
        }
    }

    @Test
    void theLeadIsMovedByHandWithoutAnErrorAtAnyClient() {
        try (ClusterProcesses cluster = new ClusterProcesses(folder, 3, "preempt_stable_ms: 60000")
                        .start()
                        .awaitReady();
                Load load = new Load(cluster, "move", 200, 2)) {
            load.awaitMore(100);
            String node = cluster.node(2).url();
            Cli.Result moved = Cli.run("transfer", "--node", node, "--to", "1");
            assertThat(moved.status()).as(moved.output()).isZero();
            assertThat(moved.output()).contains("node 1 leads now");
            cluster.awaitLeader(3, 1);
            load.awaitMore(100);
            Cli.Result again = Cli.run("transfer", "--node", node, "--to", "1");
            assertThat(again.output()).contains("node 1 leads already");
            Cli.Result nobody = Cli.run("transfer", "--node", node, "--to", "9");
            assertThat(nobody.status()).isEqualTo(1);
            assertThat(nobody.output()).contains("node 9 is no member of the cluster");
            load.stop();
            assertThat(load.errors()).isEmpty();
            load.assertKept();
        }
    }
}
