package dev.concord.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The disk of a node fills up (S8), here the highest one's, which leads. A small file system in memory is
/// its disk; to mount it takes root.
class FullDiskIT {
    private static final int RESERVE = 16 << 20;

    @TempDir
    Path folder;

    @Test
    void aLeaderWithTooLittleSpaceHandsOverAndComesBackByItself() throws IOException, InterruptedException {
        Path disk = Files.createDirectories(folder.resolve("node-3"));
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=64m", "concord-test", disk.toString()), "needs root to mount");
        try (ClusterProcesses cluster = new ClusterProcesses(
                        folder, 3, "disk_reserve_bytes: " + RESERVE, "preempt_stable_ms: 1000")
                .start()
                .awaitReady()) {
            cluster.awaitLeader(1, 3);
            assertThat(cluster.api(3).post("before", "text").status()).isEqualTo(201);

            Path filler = disk.resolve("filler");
            Files.write(filler, new byte[52 << 20]);

            ClusterProcesses.await(
                    "node 3 takes no messages",
                    () -> cluster.api(3).post("m", "text").status() == 507);
            assertThat(cluster.api(3).post("full", "text").body()).contains("\"code\":\"disk-full\"");
            cluster.awaitLeader(1, 2);
            assertThat(cluster.api(1).post("elsewhere", "text").status()).isEqualTo(201);
            cluster.awaitLevel(cluster.api(1).newestSeq());
            assertThat(cluster.api(3).history())
                    .extracting(Api.Message::id)
                    .contains("before", "elsewhere")
                    .doesNotContain("full");
            assertThat(cluster.api(3).get("/actuator/prometheus").body())
                    .containsPattern("concord_disk_reserve_reached\\{[^}]*} 1");

            Files.delete(filler);

            ClusterProcesses.await(
                    "node 3 takes messages again",
                    () -> cluster.api(3).post("after", "text").status() / 100 == 2);
            cluster.awaitLeader(1, 3);
        } finally {
            assertThat(run("umount", disk.toString())).isTrue();
        }
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command).inheritIO().start().waitFor() == 0;
    }
}
