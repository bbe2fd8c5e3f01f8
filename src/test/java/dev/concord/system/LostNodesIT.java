package dev.concord.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Nodes that do not come back with what they had: one is replaced, a majority is given up.
class LostNodesIT {
    /// The old store of a node id has to be silent for 30 s before it is given up (M3).
    private static final Duration REPLACEMENT = Duration.ofMinutes(2);

    @TempDir
    Path folder;

    /// The node that founded the cluster loses its disk: the worst one to lose (trap 27).
    @Test
    void aNodeThatLostItsDiskIsReplacedUnderItsOwnId() throws IOException {
        try (ClusterProcesses cluster = new ClusterProcesses(folder, 3).start().awaitReady();
                Load load = new Load(cluster, "r", 100, 2)) {
            load.awaitMore(100);
            String old = storeId(cluster.node(3));
            cluster.node(3).kill();
            cluster.node(3).wipe();
            cluster.node(3).start();
            ClusterProcesses.await("node 3 is a voter again", REPLACEMENT, () -> {
                Api.Cluster view = cluster.api(1).cluster();
                return view.members().size() == 3
                        && view.allVoters()
                        && Files.exists(cluster.node(3).data().resolve("meta.b"))
                        && lastConfiguration(cluster.node(1)).contains(storeId(cluster.node(3)));
            });
            assertThat(lastConfiguration(cluster.node(1)).split("\"removed\"")[1])
                    .contains(old);
            load.awaitMore(100);
            load.stop();
            assertThat(load.errors()).isEmpty();
            load.assertKept();
            Cli.Result verified = Cli.run("verify", "--node", cluster.node(1).url());
            assertThat(verified.status()).as(verified.output()).isZero();
            assertThat(verified.output()).contains("3 of 3 replicas");
        }
    }

    @Test
    void afterALostMajorityOneFolderBecomesANewCluster() throws IOException {
        try (ClusterProcesses cluster = new ClusterProcesses(folder, 3).start().awaitReady()) {
            Load load = new Load(cluster, "p4", 200, 2);
            load.awaitMore(200);
            load.stop();
            cluster.awaitLevel(load.acknowledged());
            List<Api.Message> history = cluster.api(1).history();
            String data = cluster.node(1).data().toString();
            Cli.Result running = Cli.run("recover", "--data", data, "--yes-lose-data");
            assertThat(running.status()).as(running.output()).isEqualTo(1);
            assertThat(running.output()).contains("is in use by another process");
            cluster.all().forEach(NodeProcess::kill);
            cluster.node(3).wipe();

            Map<String, Long> before = files(cluster.node(1).data());
            Cli.Result plan = Cli.run("recover", "--data", data);
            assertThat(plan.status()).as(plan.output()).isEqualTo(1);
            assertThat(plan.output())
                    .contains(history.size() + " messages")
                    .contains("the 2 of 3 voters that are not here")
                    .contains("nothing was changed");
            assertThat(files(cluster.node(1).data())).isEqualTo(before);
            Cli.Result both =
                    Cli.run("recover", "--data", data, cluster.node(2).data().toString());
            assertThat(both.output()).contains("They are a majority: start them instead");

            Cli.Result done = Cli.run("recover", "--data", data, "--yes-lose-data");
            assertThat(done.status()).as(done.output()).isZero();
            assertThat(Files.readAllLines(cluster.node(1).data().resolve("recovery.log")))
                    .hasSize(2)
                    .allMatch(line -> line.contains("\"kept_seq\":" + history.size()));
            cluster.node(1).start();
            cluster.awaitLeader(1, 1);
            cluster.node(2).start(); // an old member turns up
            ClusterProcesses.await(
                    "node 2 is refused", () -> cluster.node(2).output().contains("FOREIGN_CLUSTER"));
            cluster.node(3).start();
            ClusterProcesses.await("node 3 has joined", () -> {
                Api.Cluster view = cluster.api(1).cluster();
                return view.members().size() == 2 && view.allVoters();
            });
            ClusterProcesses.await(
                    "messages are taken",
                    () -> cluster.api(3).post("new", "hello").status() / 100 == 2);
            List<Api.Message> apart = cluster.api(2).history(); // killed, it may not know that the last were committed
            assertThat(history).startsWith(apart.toArray(Api.Message[]::new));
            cluster.node(2).kill();
            cluster.node(2).wipe();
            cluster.node(2).start();
            cluster.awaitReady();
            cluster.awaitLevel(history.size() + 1);
            for (int id = 1; id <= 3; id++) {
                assertThat(cluster.api(id).history()).startsWith(history.toArray(Api.Message[]::new));
            }
            cluster.all().forEach(NodeProcess::terminate);
            Cli.Result verified = Cli.run(
                    "verify",
                    "--data",
                    data,
                    cluster.node(2).data().toString(),
                    cluster.node(3).data().toString());
            assertThat(verified.status()).as(verified.output()).isZero();
        }
    }

    private static String storeId(NodeProcess node) {
        String meta = read(node.data().resolve("meta.b"));
        int at = meta.indexOf("\"store_id\":\"") + 12;
        return meta.substring(at, at + 36);
    }

    private static String lastConfiguration(NodeProcess node) {
        return read(node.data().resolve("log").resolve("00000000000000000001.jsonl"))
                .lines()
                .filter(line -> line.contains("\"kind\":\"config\""))
                .reduce((a, b) -> b)
                .orElseThrow();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /// Every file with its time of change; the lock is taken and given back, which leaves its mark on nothing else.
    private static Map<String, Long> files(Path folder) throws IOException {
        Map<String, Long> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                if (!file.endsWith("lock")) {
                    files.put(file.toString(), Files.getLastModifiedTime(file).toMillis());
                }
            }
        }
        return files;
    }
}
