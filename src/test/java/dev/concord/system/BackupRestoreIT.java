package dev.concord.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A backup of a running cluster, taken piece by piece from whichever node answers, and the cluster made of it.
class BackupRestoreIT {
    @TempDir
    Path folder;

    @Test
    void aBackupTakenUnderLoadBecomesAClusterOfItsOwn() throws IOException {
        Path backup = folder.resolve("backup");
        try (ClusterProcesses old = new ClusterProcesses(Files.createDirectory(folder.resolve("old")), 3)
                .start()
                .awaitReady()) {
            Load load = new Load(old, "b", 200, 2);
            load.awaitMore(200);
            long before = old.api(1).newestSeq();
            Cli.Result first = backup(old, 1, backup);
            assertThat(first.status()).as(first.output()).isZero();
            assertThat(messages(first)).as("everything acknowledged before").isGreaterThanOrEqualTo(before);
            load.awaitMore(200);
            old.node(1).kill(); // the next increment comes from another node
            Cli.Result second = backup(old, 2, backup);
            assertThat(second.status()).as(second.output()).isZero();
            assertThat(messages(second)).isGreaterThan(messages(first));
            old.node(1).start();
            load.stop();
            load.assertKept();
            Cli.Result last = backup(old, 3, backup);
            assertThat(messages(last)).isEqualTo(old.api(3).newestSeq());
            Cli.Result good = Cli.run("verify", "--data", backup.toString());
            assertThat(good.status()).as(good.output()).isZero();
            List<Api.Message> history = old.api(3).history();

            Path place = Files.createDirectory(folder.resolve("new"));
            try (ClusterProcesses fresh = new ClusterProcesses(place, 3)) {
                Cli.Result restored = restore(backup, fresh.node(3));
                assertThat(restored.status()).as(restored.output()).isZero();
                fresh.node(3).start();
                fresh.node(2).start();
                fresh.awaitLevel(history.size());
                fresh.node(1).start(); // until now, the only node 1 is that of the history
                fresh.awaitReady().awaitLevel(history.size());
                for (int id = 1; id <= 3; id++) {
                    assertThat(fresh.api(id).history()).isEqualTo(history);
                    for (int earlier = 1; earlier <= 3; earlier++) {
                        assertThat(fresh.node(id).output())
                                .as("nobody turns to those whom the history names")
                                .doesNotContain("127.0.0.1:" + old.node(earlier).peerPort());
                    }
                }
                Api.Message known = history.getFirst();
                assertThat(fresh.api(1).post(known.id(), known.text()).status())
                        .as("its keys are known")
                        .isIn(200, 422); // the sender may be another one
                Api.Answer next = fresh.api(1).post("new", "hello");
                assertThat(next.status()).as(next.body()).isEqualTo(201);
                assertThat(next.json().get("seq").asLong()).isEqualTo(history.size() + 1L);
                Cli.Result full = restore(backup, fresh.node(3));
                assertThat(full.status()).as(full.output()).isEqualTo(1);
                assertThat(full.output()).contains("is not empty");
                Cli.Result other = backup(fresh, 1, backup);
                assertThat(other.status()).as(other.output()).isEqualTo(1);
                assertThat(other.output()).contains("is a backup of the cluster");
            }
            assertThat(old.api(1).newestSeq())
                    .as("the old cluster knows nothing of it")
                    .isEqualTo(history.size());
        }
    }

    /// Trap 11: the backup of a member, started in its place while the others run.
    @Test
    void aRestoredNodeHasNoPartInTheOldCluster() {
        Path backup = folder.resolve("backup");
        try (ClusterProcesses cluster = new ClusterProcesses(folder, 3).start().awaitReady()) {
            assertThat(cluster.api(1).post("one", "hello").status()).isEqualTo(201);
            assertThat(backup(cluster, 1, backup).status()).isZero();
            cluster.node(3).kill();
            cluster.node(3).wipe();
            assertThat(restore(backup, cluster.node(3)).status()).isZero();
            cluster.node(3).start();
            ClusterProcesses.await(
                    "node 3 is refused",
                    () -> cluster.node(3).output().contains("FOREIGN_CLUSTER")
                            && cluster.api(3).cluster().leader() == 3);
            ClusterProcesses.await(
                    "the old cluster goes on",
                    () -> cluster.api(1).post("two", "hello").status() / 100 == 2);
            Api.Answer alone = cluster.api(3).post("three", "hello");
            assertThat(alone.status()).as(alone.body()).isEqualTo(503);
            assertThat(alone.json().get("code").asString()).isEqualTo("forming");
            assertThat(cluster.api(3).history()).extracting(Api.Message::id).containsExactly("one");
            assertThat(cluster.api(2).history()).extracting(Api.Message::id).containsExactly("one", "two");
            assertThat(cluster.api(1).cluster().leader()).isEqualTo(2);
        }
    }

    @Test
    void aBackupThatWasInterruptedGoesOnAndDamageIsRefused() throws IOException {
        Path backup = folder.resolve("backup");
        try (ClusterProcesses cluster = new ClusterProcesses(folder, 1).start().awaitReady()) {
            String text = "x".repeat(16_000);
            for (int batch = 0; batch < 3; batch++) {
                int first = batch * 500;
                assertThat(cluster.api(1)
                                .bulk(IntStream.range(first, first + 500)
                                        .mapToObj(i ->
                                                "{\"sender\":\"ada\",\"text\":\"" + text + "\",\"id\":\"b" + i + "\"}")
                                        .collect(Collectors.joining("\n"))))
                        .hasSize(500);
            }
            String node = cluster.node(1).url();
            List<String> limited = new ArrayList<>(List.of("sh", "-c", "ulimit -f 16384; exec \"$@\"", "sh"));
            limited.addAll(Cli.command("backup", "--node", node, "--to", backup.toString()));
            Cli.Result full = Cli.run(Map.of(), limited); // no file may grow beyond 8 MiB: as good as a full disk
            assertThat(full.status()).as(full.output()).isEqualTo(1);
            assertThat(full.output()).contains("Cannot write").contains("too large");
            Cli.Result partial = Cli.run("verify", "--data", backup.toString());
            assertThat(partial.status()).as(partial.output()).isEqualTo(1);
            assertThat(partial.output()).contains("was never completed");
            Process killed = new ProcessBuilder(Cli.command("backup", "--node", node, "--to", backup.toString()))
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            ClusterProcesses.await("the backup grows", () -> bytes(backup) > 9 << 20);
            killed.destroyForcibly().onExit().join();

            Cli.Result done = Cli.run("backup", "--node", node, "--to", backup.toString());
            assertThat(done.status()).as(done.output()).isZero();
            assertThat(messages(done)).isEqualTo(1500);
            assertThat(Cli.run("verify", "--data", backup.toString()).status()).isZero();
            assertThat(log(backup)).hasSameBinaryContentAs(log(cluster.node(1).data()));

            try (RandomAccessFile file = new RandomAccessFile(log(backup).toFile(), "rw")) {
                file.seek(5_000_000);
                int old = file.read();
                file.seek(5_000_000);
                file.write(old ^ 1);
            }
            cluster.node(1).kill();
            cluster.node(1).wipe();
            Cli.Result damaged = restore(backup, cluster.node(1));
            assertThat(damaged.status()).as(damaged.output()).isEqualTo(1);
            assertThat(damaged.output()).contains("The backup is damaged").contains("byte 4");
            assertThat(cluster.node(1).data()).doesNotExist();
            assertThat(Cli.run("backup", "--node", "http://127.0.0.1:1", "--to", backup.toString())
                            .status())
                    .isEqualTo(3);
        }
    }

    private static Path log(Path data) {
        return data.resolve("log").resolve("00000000000000000001.jsonl");
    }

    private static long bytes(Path backup) {
        try (Stream<Path> files = Files.walk(backup)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(f -> f.toFile().length())
                    .sum();
        } catch (IOException e) {
            return 0;
        }
    }

    private static Cli.Result backup(ClusterProcesses cluster, int node, Path to) {
        return Cli.run("backup", "--node", cluster.node(node).url(), "--to", to.toString());
    }

    private static Cli.Result restore(Path backup, NodeProcess node) {
        return Cli.run(
                "restore",
                "--from",
                backup.toString(),
                "--config",
                node.config().toString());
    }

    private static long messages(Cli.Result backup) {
        String output = backup.output();
        int at = output.indexOf(" holds ") + 7;
        return Long.parseLong(output.substring(at, output.indexOf(' ', at)));
    }
}
