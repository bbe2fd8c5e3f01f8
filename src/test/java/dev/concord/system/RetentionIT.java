package dev.concord.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Retention on real nodes (C5): small segments and a small log, so that the beginning of it goes while nodes are
/// killed, fall behind, lose their volume, and are read from.
class RetentionIT {
    /// So many are more than a leader has in memory too, from where it can serve entries that are removed.
    private static final int MORE_THAN_IN_MEMORY = 15_000;

    @TempDir
    Path folder;

    @Test
    @DisplayName("C5: the log loses its beginning on all nodes, and everybody says so")
    void theBeginningGoesAndEverybodySaysSo() throws IOException {
        try (TrimmedCluster log = new TrimmedCluster(folder)) {
            ClusterProcesses cluster = log.nodes();
            log.post(3, TrimmedCluster.MORE_THAN_IS_KEPT);
            log.awaitTrimmed(1);
            long earliest = log.earliest(2);
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
                    .isEqualTo(log.posted() - earliest + 1);

            assertSubscriberIsToldWhereToBegin(cluster.node(2), earliest);

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
                    .isEqualTo(log.posted() - earliest + 1);
            assertThat(Cli.run("status", "--node", cluster.node(2).url()).output())
                    .contains("(from " + earliest + " on)");
            assertThat(node.get("/actuator/prometheus").body())
                    .containsPattern("concord_log_first_seq(\\{[^}]*})? " + earliest + "(\\.0)?\n");
            assertThat(cluster.node(2).output()).contains("retention removed ");
            assertThat(Cli.run("verify", "--node", cluster.node(1).url()).output())
                    .contains("PASS  3 of 3 replicas hold the same " + log.posted() + " messages, from ");
            backUpAndVerify(log);
        }
    }

    private static void assertSubscriberIsToldWhereToBegin(NodeProcess node, long earliest) {
        try (Stomp stomp = new Stomp(node.url())) {
            stomp.send("SUBSCRIBE\nid:s\ndestination:/topic/chat\nafter:0\n\n");
            String error = stomp.await("ERROR");
            assertThat(Stomp.header(error, "earliest")).isEqualTo(Long.toString(earliest));
            assertThat(error)
                    .contains("message 1 was removed by retention; the earliest that can be read is " + earliest)
                    .contains("subscribe with after:" + (earliest - 1) + " for all that is left");
        }
        try (Stomp stomp = new Stomp(node.url())) {
            stomp.subscribe("/topic/chat", "after:" + (earliest - 1) + "\n");
            assertThat(stomp.seqs(1)).containsExactly(earliest);
        }
    }

    @Test
    @DisplayName("X3: a change or a reply sent once more is answered as the first time, when what it means is gone")
    void whatMeansARemovedMessageIsRecognisedWhenItComesAgain() {
        String edit = "{\"sender\":\"ada\",\"id\":\"edit\",\"text\":\"better\",\"edit\":1}";
        String reply = "{\"sender\":\"bob\",\"id\":\"reply\",\"text\":\"yes\",\"reply\":1}";
        String delete = "{\"sender\":\"ada\",\"id\":\"delete\",\"delete\":1}";
        try (TrimmedCluster log = new TrimmedCluster(folder)) {
            log.say(1, "{\"sender\":\"ada\",\"text\":\"good\"}");
            log.post(1, 2_700); // nearly all that the log keeps
            for (String said : List.of(edit, reply, delete)) {
                assertThat(log.say(1, said).status()).isEqualTo(201);
            }
            log.post(1, 900); // less than the window, and more than the log has room for
            log.awaitTrimmed(1);
            assertThat(log.earliest(2)).isLessThanOrEqualTo(2_702);

            int seq = 2_702;
            for (String again : List.of(edit, reply, delete)) {
                Api.Answer answer = log.nodes().api(2).post(again);
                assertThat(answer.status()).as(answer.body()).isEqualTo(200);
                assertThat(answer.json().get("seq").asInt()).isEqualTo(seq++);
                JsonNode refusal = log.nodes()
                        .api(2)
                        .post(again.replace("\"id\":\"", "\"id\":\"new-"))
                        .json();
                assertThat(refusal.get("code").asString()).isEqualTo("message-removed");
                assertThat(refusal.get("detail").asString()).startsWith("message 1 was removed by retention");
            }
        }
    }

    @Test
    @DisplayName("C5: killed at any time, behind the kept log or wiped, a node comes back with all that is kept")
    void nodesComeBack() throws IOException {
        try (TrimmedCluster log = new TrimmedCluster(folder)) {
            ClusterProcesses cluster = log.nodes();
            log.post(3, TrimmedCluster.MORE_THAN_IS_KEPT);
            log.awaitTrimmed(1);
            NodeProcess behind = cluster.node(1);
            behind.kill();
            long seen = log.posted();
            log.post(2, MORE_THAN_IN_MEMORY);
            log.awaitTrimmed(seen);
            behind.start();
            cluster.awaitLevel(log.posted());
            assertThat(behind.output()).contains("this log begins behind a snapshot of node ");

            NodeProcess leader = cluster.node(3);
            for (int round = 0; round < 3; round++) { // while segments go
                log.post(1 + round % 2, 1_000);
                leader.kill();
                log.post(1 + round % 2, 1_000);
                leader.start();
            }
            cluster.awaitReady();

            NodeProcess wiped = cluster.node(2);
            wiped.kill();
            wiped.wipe();
            log.post(3, 1_000);
            wiped.start();
            ClusterProcesses.await("the wiped node votes", TrimmedCluster.LONG, () -> {
                Api.Cluster view = cluster.api(2).cluster();
                return view.members().size() == 3 && view.allVoters() && view.commit() == log.posted();
            });
            assertThat(snapshots(wiped)).hasSize(1);
            assertThat(wiped.data().resolve("log/00000000000000000001.jsonl")).doesNotExist();

            assertSameEverywhere(log);
            cluster.all().forEach(NodeProcess::kill);
            cluster.start().awaitReady();
            assertSameEverywhere(log);
            cluster.stopAndVerify();
        }
    }

    @Test
    @DisplayName("P1: a node whose snapshot has rotted repairs itself")
    void aRottenSnapshotIsRepaired() throws IOException {
        try (TrimmedCluster log = new TrimmedCluster(folder)) {
            ClusterProcesses cluster = log.nodes();
            log.post(3, TrimmedCluster.MORE_THAN_IS_KEPT);
            log.awaitTrimmed(1);
            NodeProcess damaged = cluster.node(1);
            damaged.kill();
            Path snapshot = snapshots(damaged).getFirst();
            byte[] bytes = Files.readAllBytes(snapshot);
            bytes[bytes.length / 2] ^= 4;
            Files.write(snapshot, bytes);

            damaged.start();

            ClusterProcesses.await(
                    "it is whole again",
                    TrimmedCluster.LONG,
                    () -> damaged.output().contains("this log is whole again"));
            assertThat(damaged.output()).contains("the snapshot cannot be used").contains("counts for nothing");
            cluster.awaitReady();
            cluster.awaitLevel(log.posted());
            assertSameEverywhere(log);
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
    private static void assertSameEverywhere(TrimmedCluster log) {
        ClusterProcesses cluster = log.nodes();
        cluster.awaitLevel(log.posted());
        Cli.Result verified = Cli.run("verify", "--node", cluster.node(1).url());
        assertThat(verified.output())
                .contains("PASS  3 of 3 replicas hold the same " + log.posted() + " messages, from ");
    }

    private void backUpAndVerify(TrimmedCluster log) {
        ClusterProcesses cluster = log.nodes();
        Path backup = folder.resolve("backup");
        Cli.Result taken = Cli.run(
                "backup", "--to", backup.toString(), "--node", cluster.node(1).url());
        assertThat(taken.status()).as(taken.output()).isZero();
        assertThat(taken.output()).contains("retention has removed the entries up to ");
        Cli.Result verified = Cli.run("verify", "--data", backup.toString());
        assertThat(verified.status()).as(verified.output()).isZero();
        assertThat(verified.output()).contains("complete backup of cluster ").contains(", from message ");
        log.post(2, 500);
        Cli.Result more = Cli.run(
                "backup", "--to", backup.toString(), "--node", cluster.node(1).url());
        assertThat(more.status()).as(more.output()).isZero();
        assertThat(Cli.run("verify", "--data", backup.toString()).status()).isZero();
        restore(backup, log.posted());
    }

    private Path aFolder(String name) {
        try {
            return Files.createDirectory(folder.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What is restored is another cluster, with the same history.
    private void restore(Path backup, int posted) {
        try (ClusterProcesses alone = new ClusterProcesses(aFolder("alone"), 1, TrimmedCluster.SETTINGS)) {
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
