package dev.concord.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Three nodes go from this program to the next one, which is the same but for one resource of its jar: it knows levels
/// 1 and 2.
class UpgradeIT {
    private static final Path OLDER = Path.of(System.getProperty("concord.jar", "target/concord.jar"));

    @TempDir
    static Path programs;

    private static Path newer = Path.of("");

    @TempDir
    Path folder;

    @BeforeAll
    static void makeTheNextVersion() throws IOException {
        newer = program("newer.jar", 1, 2);
    }

    private static Path program(String name, int oldest, int newest) throws IOException {
        Path jar = programs.resolve(name);
        byte[] levels = ("oldest=" + oldest + "\nnewest=" + newest + "\n").getBytes(StandardCharsets.UTF_8);
        boolean changed = false;
        try (ZipFile from = new ZipFile(OLDER.toFile());
                OutputStream file = Files.newOutputStream(jar);
                ZipOutputStream to = new ZipOutputStream(file)) {
            for (Enumeration<? extends ZipEntry> all = from.entries(); all.hasMoreElements(); ) {
                ZipEntry entry = all.nextElement();
                boolean isLevels = entry.getName().endsWith("dev/concord/levels.properties");
                changed |= isLevels;
                try (InputStream in = from.getInputStream(entry)) {
                    put(to, entry, isLevels ? levels : in.readAllBytes());
                }
            }
        }
        assertThat(changed).isTrue();
        return jar;
    }

    /// The jars inside are stored, not compressed, and have to stay so.
    private static void put(ZipOutputStream to, ZipEntry like, byte[] content) throws IOException {
        ZipEntry entry = new ZipEntry(like.getName());
        entry.setMethod(like.getMethod());
        if (like.getMethod() == ZipEntry.STORED) {
            CRC32 crc = new CRC32();
            crc.update(content);
            entry.setSize(content.length);
            entry.setCrc(crc.getValue());
        }
        to.putNextEntry(entry);
        to.write(content);
        to.closeEntry();
    }

    @Test
    void threeNodesAreUpgradedOneAfterTheOtherUnderLoad() {
        try (ClusterProcesses cluster = new ClusterProcesses(folder, 3, "preempt_stable_ms: 1000")
                        .start()
                        .awaitReady();
                Load load = new Load(cluster, "up", 100, 2)) {
            load.awaitMore(50);
            replace(cluster, 1, newer);
            Cli.Result early =
                    Cli.run("upgrade", "--finish", "--node", cluster.node(2).url());
            assertThat(early.status()).as(early.output()).isEqualTo(1);
            assertThat(early.output())
                    .contains("node 1 knows levels 1 to 2")
                    .contains("node 2 knows level 1")
                    .contains("upgrade the other nodes");
            replace(cluster, 1, OLDER); // back again: nothing of the newer level was written
            replace(cluster, 1, newer);
            replace(cluster, 2, newer);
            replace(cluster, 3, newer);
            cluster.awaitLeader(1, 3);

            Cli.Result raised =
                    Cli.run("upgrade", "--finish", "--node", cluster.node(2).url());
            assertThat(raised.status()).as(raised.output()).isZero();
            assertThat(raised.output()).contains("the cluster is at level 2 now");
            load.awaitMore(50);
            load.stop();
            assertThat(load.errors().stream().filter(e -> !e.contains("\"stopping\"")))
                    .as("refusals of nodes that were not being stopped")
                    .isEmpty();
            load.assertKept();

            refuseTheOlderProgram(cluster);
        }
    }

    /// Its folder, its link, and its offline commands.
    private static void refuseTheOlderProgram(ClusterProcesses cluster) {
        NodeProcess node = cluster.node(1);
        node.terminate();
        String data = node.data().toString();
        Cli.Result good = Cli.run(Map.of(), Cli.commandOf(newer.toString(), "verify", "--data", data));
        assertThat(good.status()).as(good.output()).isZero();
        for (String[] command : new String[][] {{"verify", "--data", data}, {"recover", "--data", data}}) {
            Cli.Result refused = Cli.run(command);
            assertThat(refused.status()).as(refused.output()).isEqualTo(1);
            assertThat(refused.output()).contains("was written at level 2, and this program knows level 1");
        }
        node.jar(OLDER).start();
        assertThat(node.awaitExit(60)).isNotZero();
        assertThat(node.output()).contains("was written at level 2, and this program knows level 1");

        node.wipe();
        node.start();
        ClusterProcesses.await(
                "the older program is refused", () -> node.output().contains("UNSUPPORTED_VERSION"));
        ClusterProcesses.await(
                "it is in no cluster", () -> cluster.api(1).get("/api/log/head").status() == 503);
        assertThat(cluster.api(2).post("still", "hello").status()).isEqualTo(201);
        node.kill();
    }

    private static void replace(ClusterProcesses cluster, int id, Path program) {
        NodeProcess node = cluster.node(id);
        Cli.Result drained = Cli.run("drain", "--node", node.url(), "--wait", "60s");
        assertThat(drained.status()).as(drained.output()).isZero();
        assertThat(node.terminate()).isIn(0, 143);
        node.jar(program).start();
        cluster.awaitReady();
        ClusterProcesses.await(
                "node " + id + " is ready",
                () -> cluster.api(id).get("/actuator/health/readiness").status() == 200);
    }
}
