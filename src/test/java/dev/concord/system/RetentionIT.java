package dev.concord.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Retention on real nodes (C5): small segments and a small log, so that the beginning of it goes while nodes are
/// killed, fall behind, lose their volume, and are read from.
class RetentionIT {
    private static final String[] SETTINGS = {
        "dedup_window: 1000", "segment_bytes: 65536", "retention_size_mib: 1", "preempt_stable_ms: 1000"
    };
    /// A message is a line of about 400 bytes: so many are more than the log keeps.
    private static final int MORE_THAN_IS_KEPT = 6_000;
    /// So many are more than a leader has in memory too, from where it can serve entries that are removed.
    private static final int MORE_THAN_IN_MEMORY = 15_000;

    private static final Duration LONG = Duration.ofMinutes(2);

    @TempDir
    Path folder;

    private int posted;

    @Test
    @DisplayName("C5: the log loses its beginning on all nodes, and everybody says so")
    void theBeginningGoesAndEverybodySaysSo() throws IOException {
        try (ClusterProcesses cluster = started()) {
            post(cluster, 3, MORE_THAN_IS_KEPT);
            awaitTrimmed(cluster, 1);
            long earliest = earliest(cluster, 2);
            Api node = cluster.api(2);

            assertRemoved(node.get("/api/messages/1"), earliest);
            assertRemoved(node.get("/api/messages?after=0"), earliest);
            assertRemoved(node.get("/api/messages?before=" + earliest), earliest);
            assertRemoved(node.get("/api/messages/stream?after=0"), earliest);
            assertThat(node.get("/api/messages?limit=5").json().get("messages")).hasSize(5);
            assertThat(node.get("/api/messages/" + earliest).status()).isEqualTo(200);
            assertThat(node.post("{\"sender\":\"ada\",\"text\":\"x\",\"reply\":1}")
                            .status())
                    .isEqualTo(410);
            assertThat(node.get("/api/rooms")
                            .json()
                            .get("rooms")
                            .get(0)
                            .get("count")
                            .asLong())
                    .isEqualTo(posted - earliest + 1);

            Cli.Result tail = Cli.run(
                    "tail",
                    "--after",
                    "0",
                    "--no-follow",
                    "-o",
                    "json",
                    "--node",
                    cluster.node(2).url());
            assertThat(tail.output()).contains("messages 1 to " + (earliest - 1) + " were removed by retention");
            assertThat(tail.output().lines().filter(l -> l.startsWith("{")).count())
                    .isEqualTo(posted - earliest + 1);
            assertThat(Cli.run("status", "--node", cluster.node(2).url()).output())
                    .contains("(from " + earliest + " on)");
            assertThat(node.get("/actuator/prometheus").body())
                    .containsPattern("concord_log_first_seq(\\{[^}]*})? " + earliest + "(\\.0)?\n");
            assertThat(cluster.node(2).output()).contains("retention removed ");
            assertThat(Cli.run("verify", "--node", cluster.node(1).url()).output())
                    .contains("PASS  3 of 3 replicas hold the same " + posted + " messages, from ");
            backUpAndVerify(cluster);
        }
    }

    @Test
    @DisplayName("C5: killed at any time, behind the kept log or wiped, a node comes back with all that is kept")
    void nodesComeBack() throws IOException {
        try (ClusterProcesses cluster = started()) {
            post(cluster, 3, MORE_THAN_IS_KEPT);
            awaitTrimmed(cluster, 1);
            NodeProcess behind = cluster.node(1);
            behind.kill();
            long seen = posted;
            post(cluster, 2, MORE_THAN_IN_MEMORY);
            awaitTrimmed(cluster, seen);
            behind.start();
            cluster.awaitLevel(posted);
            assertThat(behind.output()).contains("this log begins behind a snapshot of node ");

            NodeProcess leader = cluster.node(3);
            for (int round = 0; round < 3; round++) { // while segments go
                post(cluster, 1 + round % 2, 1_000);
                leader.kill();
                post(cluster, 1 + round % 2, 1_000);
                leader.start();
            }
            cluster.awaitReady();

            NodeProcess wiped = cluster.node(2);
            wiped.kill();
            wiped.wipe();
            post(cluster, 3, 1_000);
            wiped.start();
            ClusterProcesses.await("the wiped node votes", LONG, () -> {
                Api.Cluster view = cluster.api(2).cluster();
                return view.members().size() == 3 && view.allVoters() && view.commit() == posted;
            });
            assertThat(snapshots(wiped)).hasSize(1);
            assertThat(wiped.data().resolve("log/00000000000000000001.jsonl")).doesNotExist();

            assertSameEverywhere(cluster);
            cluster.all().forEach(NodeProcess::kill);
            cluster.start().awaitReady();
            assertSameEverywhere(cluster);
            cluster.all().forEach(NodeProcess::terminate);
            Cli.Result verified = Cli.run(
                    "verify",
                    "--data",
                    cluster.node(1).data().toString(),
                    cluster.node(2).data().toString(),
                    cluster.node(3).data().toString());
            assertThat(verified.status()).as(verified.output()).isZero();
        }
    }

    @Test
    @DisplayName("P1: a node whose snapshot has rotted repairs itself")
    void aRottenSnapshotIsRepaired() throws IOException {
        try (ClusterProcesses cluster = started()) {
            post(cluster, 3, MORE_THAN_IS_KEPT);
            awaitTrimmed(cluster, 1);
            NodeProcess damaged = cluster.node(1);
            damaged.kill();
            Path snapshot = snapshots(damaged).getFirst();
            byte[] bytes = Files.readAllBytes(snapshot);
            bytes[bytes.length / 2] ^= 4;
            Files.write(snapshot, bytes);

            damaged.start();

            ClusterProcesses.await(
                    "it is whole again", LONG, () -> damaged.output().contains("this log is whole again"));
            assertThat(damaged.output()).contains("the snapshot cannot be used").contains("counts for nothing");
            cluster.awaitReady();
            cluster.awaitLevel(posted);
            assertSameEverywhere(cluster);
        }
    }

    private ClusterProcesses started() {
        return new ClusterProcesses(folder, 3, SETTINGS).start().awaitReady();
    }

    /// Many messages through one node, each acknowledged.
    private void post(ClusterProcesses cluster, int at, int count) {
        for (int sent = 0; sent < count; sent += 500) {
            StringBuilder lines = new StringBuilder();
            for (int i = 0; i < 500; i++) {
                lines.append("{\"sender\":\"ada\",\"id\":\"m-").append(posted + i);
                lines.append("\",\"text\":\"").append("x".repeat(150)).append("\"}\n");
            }
            ClusterProcesses.await("500 messages are taken", LONG, () -> {
                List<JsonNode> results = cluster.api(at).bulk(lines.toString()); // again with the same ids, if need be
                return results.size() == 500 && results.stream().allMatch(r -> r.has("seq") && !r.has("code"));
            });
            posted += 500;
        }
        cluster.awaitLevel(posted);
    }

    private static long earliest(ClusterProcesses cluster, int id) {
        return cluster.api(id).get("/api/cluster").json().get("earliest").asLong();
    }

    /// Waits until all living nodes have removed more than that, and nothing more is due.
    private static void awaitTrimmed(ClusterProcesses cluster, long before) {
        for (NodeProcess node : cluster.living()) {
            ClusterProcesses.await("node " + node.id() + " has removed messages from " + before + " on", LONG, () -> {
                try (Stream<Path> files = Files.list(node.data().resolve("log"))) {
                    long bytes = files.filter(f -> f.toString().endsWith(".jsonl"))
                            .mapToLong(f -> f.toFile().length())
                            .sum();
                    return earliest(cluster, node.id()) > before && bytes <= 1 << 20;
                } catch (IOException e) {
                    return false;
                }
            });
        }
    }

    private static void assertRemoved(Api.Answer answer, long earliest) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(410);
        assertThat(answer.json().get("code").asString()).isEqualTo("message-removed");
        assertThat(answer.json().get("earliest").asLong()).isEqualTo(earliest);
    }

    private static List<Path> snapshots(NodeProcess node) throws IOException {
        try (Stream<Path> files = Files.list(node.data())) {
            return files.filter(f -> f.getFileName().toString().matches("snapshot-\\d+\\.json"))
                    .toList();
        }
    }

    /// What all of them still have is the same, dense, and ends with the newest message.
    private void assertSameEverywhere(ClusterProcesses cluster) {
        cluster.awaitLevel(posted);
        Cli.Result verified = Cli.run("verify", "--node", cluster.node(1).url());
        assertThat(verified.output()).contains("PASS  3 of 3 replicas hold the same " + posted + " messages, from ");
    }

    private void backUpAndVerify(ClusterProcesses cluster) {
        Path backup = folder.resolve("backup");
        Cli.Result taken = Cli.run(
                "backup", "--to", backup.toString(), "--node", cluster.node(1).url());
        assertThat(taken.status()).as(taken.output()).isZero();
        assertThat(taken.output()).contains("retention has removed the entries up to ");
        Cli.Result verified = Cli.run("verify", "--data", backup.toString());
        assertThat(verified.status()).as(verified.output()).isZero();
        assertThat(verified.output()).contains("complete backup of cluster ").contains(", from message ");
        post(cluster, 2, 500);
        Cli.Result more = Cli.run(
                "backup", "--to", backup.toString(), "--node", cluster.node(1).url());
        assertThat(more.status()).as(more.output()).isZero();
        assertThat(Cli.run("verify", "--data", backup.toString()).status()).isZero();
        restore(backup);
    }

    private Path aFolder(String name) {
        try {
            return Files.createDirectory(folder.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What is restored is another cluster, with the same history.
    private void restore(Path backup) {
        try (ClusterProcesses alone = new ClusterProcesses(aFolder("alone"), 1, SETTINGS)) {
            NodeProcess node = alone.node(1);
            Cli.Result restore = Cli.run(
                    "restore", "--from", backup.toString(), "-c", node.config().toString());
            assertThat(restore.status()).as(restore.output()).isZero();
            assertThat(Cli.run("verify", "--data", node.data().toString()).status())
                    .isZero();
            node.start();
            alone.awaitReady();
            assertThat(alone.api(1).newestSeq()).isEqualTo(posted);
            assertThat(alone.api(1).get("/api/messages/1").status()).isEqualTo(410);
        }
    }
}
