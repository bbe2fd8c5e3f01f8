package dev.concord.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A byte of the closed part of a log rots while the node runs: the node finds it and mends it from another
/// member (S9). Here on two of three nodes at once, in different places.
class ScrubIT {
    private static final String FIRST = "log/00000000000000000001";
    private static final int TEXT_BYTES = 30_000;

    @TempDir
    Path folder;

    @Test
    void aDamagedClosedSegmentIsMendedWhileTheNodeRuns() throws IOException {
        try (ClusterProcesses cluster = new ClusterProcesses(
                        folder,
                        3,
                        "scrub_interval_ms: 500",
                        "scrub_bytes_per_second: 500000000",
                        "max_text_bytes: 31000")
                .start()
                .awaitReady()) {
            fillASegment(cluster);
            byte[] whole = Files.readAllBytes(segment(cluster.node(3)));
            Map<Integer, Integer> places = new TreeMap<>(Map.of(1, 1_000_000, 2, 40_000_000));
            places.forEach((id, at) -> flip(segment(cluster.node(id)), at));

            for (int id : places.keySet()) {
                NodeProcess node = cluster.node(id);
                ClusterProcesses.await(
                        "node " + id + " has mended its log",
                        () -> node.output().contains(" are whole again"));
                assertThat(node.output()).contains("the log is damaged: ").contains("mending entries 1 to ");
                assertThat(segment(node)).hasBinaryContent(whole);
                byte[] kept = Files.readAllBytes(node.data().resolve("quarantine/00000000000000000001.jsonl"));
                assertThat(java.util.Arrays.mismatch(kept, whole)).isEqualTo(places.get(id));
                assertThat(new Api(node.url()).get("/actuator/prometheus").body())
                        .containsPattern("concord_log_mended_total\\{[^}]*} 1");
            }
            assertThat(cluster.api(1).post("after", "still here").status()).isEqualTo(201);
            cluster.stopAndVerify();
        }
    }

    private static void fillASegment(ClusterProcesses cluster) {
        String text = "x".repeat(TEXT_BYTES);
        int number = 0;
        while (!cluster.all().stream().allMatch(n -> Files.exists(n.data().resolve(FIRST + ".seal")))) {
            StringBuilder lines = new StringBuilder();
            for (int i = 0; i < 50; i++) {
                lines.append("{\"sender\":\"ada\",\"id\":\"s-").append(++number).append("\",\"text\":\"");
                lines.append(text).append("\"}\n");
            }
            assertThat(cluster.api(3).bulk(lines.toString())).hasSizeGreaterThanOrEqualTo(50);
            assertThat(number).as("messages until a segment is closed").isLessThan(5_000);
        }
    }

    private static Path segment(NodeProcess node) {
        return node.data().resolve(FIRST + ".jsonl");
    }

    private static void flip(Path file, int at) {
        try (RandomAccessFile log = new RandomAccessFile(file.toFile(), "rw")) {
            log.seek(at);
            int was = log.read();
            log.seek(at);
            log.write(was ^ 4);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
