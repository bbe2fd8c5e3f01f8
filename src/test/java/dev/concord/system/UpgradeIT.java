package dev.concord.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.config.ProgramLevels;
import dev.concord.protocol.Levels;
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

/// Three nodes go from one program to the next: from one that knows the first level alone to this one, and
/// from this one to one that knows a level more. Both others are this program but for one resource of its
/// jar.
class UpgradeIT {
    private static final Path PRESENT = Program.PACKED;
    private static final Levels KNOWN = ProgramLevels.read();
    private static final Levels MORE = new Levels(1, KNOWN.newest() + 1);

    @TempDir
    static Path programs;

    private static Path first = Path.of("");
    private static Path next = Path.of("");

    @TempDir
    Path folder;

    @BeforeAll
    static void makeOtherVersions() throws IOException {
        first = program("first.jar", Levels.FIRST);
        next = program("next.jar", MORE);
    }

    private static Path program(String name, Levels known) throws IOException {
        Path jar = programs.resolve(name);
        byte[] levels =
                ("oldest=" + known.oldest() + "\nnewest=" + known.newest() + "\n").getBytes(StandardCharsets.UTF_8);
        boolean changed = false;
        try (ZipFile from = new ZipFile(PRESENT.toFile());
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
    void fromTheFirstLevelToThisOneAndOnlyThenMessagesReferToOthers() {
        try (ClusterProcesses cluster = new ClusterProcesses(folder, 3, "preempt_stable_ms: 1000")) {
            for (int id = 1; id <= 3; id++) {
                cluster.node(id).jar(first);
            }
            cluster.start().awaitReady();
            try (Load load = new Load(cluster, "up", 100, 2)) {
                upgrade(cluster, load, first, Levels.FIRST, PRESENT, KNOWN, () -> {
                    Api.Answer early = referring(cluster, "early");
                    assertThat(early.status()).as(early.body()).isEqualTo(409);
                    assertThat(early.body()).contains("\"code\":\"level-too-low\"", "concord upgrade --finish");
                });
                ClusterProcesses.await(
                        "replies are taken everywhere",
                        () -> referring(cluster, "late").status() == 201);
                load.stop();
                load.assertKept();
            }
            refuseTheOlderProgram(cluster, first, Levels.FIRST, PRESENT, KNOWN);
        }
    }

    private static Api.Answer referring(ClusterProcesses cluster, String text) {
        return cluster.api(1).post("{\"sender\":\"up\",\"text\":\"" + text + "\",\"reply\":1}");
    }

    @Test
    void fromThisOneToTheNext() {
        try (ClusterProcesses cluster = new ClusterProcesses(folder, 3, "preempt_stable_ms: 1000")
                        .start()
                        .awaitReady();
                Load load = new Load(cluster, "up", 100, 2)) {
            upgrade(cluster, load, PRESENT, KNOWN, next, MORE, () -> {});
            load.stop();
            load.assertKept();
            refuseTheOlderProgram(cluster, PRESENT, KNOWN, next, MORE);
        }
    }

    /// One node after the other, under load, then the level.
    private static void upgrade(
            ClusterProcesses cluster,
            Load load,
            Path older,
            Levels olderKnows,
            Path newer,
            Levels newerKnows,
            Runnable beforeTheRaise) {
        load.awaitMore(50);
        replace(cluster, 1, newer);
        Cli.Result early =
                Cli.run("upgrade", "--finish", "--node", cluster.node(2).url());
        assertThat(early.status()).as(early.output()).isEqualTo(1);
        assertThat(early.output())
                .contains("node 1 knows " + newerKnows)
                .contains("node 2 knows " + olderKnows)
                .contains("upgrade the other nodes");
        replace(cluster, 1, older); // back again: nothing of the newer level was written
        replace(cluster, 1, newer);
        replace(cluster, 2, newer);
        replace(cluster, 3, newer);
        cluster.awaitLeader(1, 3);
        beforeTheRaise.run();

        Cli.Result raised =
                Cli.run("upgrade", "--finish", "--node", cluster.node(2).url());
        assertThat(raised.status()).as(raised.output()).isZero();
        assertThat(raised.output()).contains("the cluster is at level " + newerKnows.newest() + " now");
        load.awaitMore(50);
        assertThat(load.errors().stream().filter(e -> !e.contains("\"stopping\"")))
                .as("refusals of nodes that were not being stopped")
                .isEmpty();
    }

    /// Its folder, its link, and its offline commands.
    private static void refuseTheOlderProgram(
            ClusterProcesses cluster, Path older, Levels olderKnows, Path newer, Levels newerKnows) {
        String reason = "was written at level " + newerKnows.newest() + ", and this program knows " + olderKnows;
        NodeProcess node = cluster.node(1);
        node.terminate();
        String data = node.data().toString();
        Cli.Result good = Cli.run(Map.of(), Cli.commandOf(newer.toString(), "verify", "--data", data));
        assertThat(good.status()).as(good.output()).isZero();
        for (String command : new String[] {"verify", "recover"}) {
            Cli.Result refused = Cli.run(Map.of(), Cli.commandOf(older.toString(), command, "--data", data));
            assertThat(refused.status()).as(refused.output()).isEqualTo(1);
            assertThat(refused.output()).contains(reason);
        }
        node.jar(older).start();
        assertThat(node.awaitExit(60)).isNotZero();
        assertThat(node.output()).contains(reason);

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
