package dev.concord.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The measurements count what really happened. No speed is asserted.
class BenchIT {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir
    private Path folder;

    @Test
    void whatIsCountedAsAcknowledgedIsInTheLog() {
        try (ClusterProcesses cluster = new ClusterProcesses(folder, 3)) {
            String url = cluster.start().awaitReady().node(1).url();
            Api api = cluster.api(1);
            for (String mode : new String[] {"rest", "bulk", "stomp"}) {
                long before = api.newestSeq();
                JsonNode row = rows(
                                "bench",
                                "throughput",
                                "--node",
                                url,
                                "--mode",
                                mode,
                                "--in-flight",
                                "32",
                                "--seconds",
                                "2",
                                "--warm-up",
                                "0",
                                "-o",
                                "json")
                        .get(0);
                long counted = row.get("acknowledgedPerSecond").asLong() * 2;
                long written = api.newestSeq() - before;

                assertThat(row.get("refused").asLong()).as(mode).isZero();
                assertThat(counted).as(mode).isPositive();
                // what was on its way when the window closed, and rounding: the log may have more, never much less
                assertThat(written).as(mode).isGreaterThan(counted * 8 / 10);
                assertThat(row.get("cpuMicrosPerMessage").asDouble()).as(mode).isPositive();
                assertThat(row.get("p50Ms").asDouble())
                        .as(mode)
                        .isLessThanOrEqualTo(row.get("maxMs").asDouble());
            }
        }
    }

    @Test
    void everySubscriberGetsEveryMessage() {
        try (ClusterProcesses cluster = new ClusterProcesses(folder, 3)) {
            String url = cluster.start().awaitReady().node(1).url();
            JsonNode row = rows(
                            "bench",
                            "fanout",
                            "--node",
                            url,
                            "--subscribers",
                            "50",
                            "--rate",
                            "100",
                            "--seconds",
                            "2",
                            "--warm-up",
                            "1",
                            "-o",
                            "json")
                    .get(0);

            assertThat(row.get("gaps").asLong()).isZero();
            assertThat(row.get("deliveriesPerSecond").asLong()).isBetween(2_000L, 10_000L);
            assertThat(row.get("p99Ms").asDouble()).isPositive();

            JsonNode paced = rows(
                    "bench",
                    "latency",
                    "--node",
                    url,
                    "--rate",
                    "100",
                    "--seconds",
                    "2",
                    "--warm-up",
                    "1",
                    "--mode",
                    "rest,stomp",
                    "-o",
                    "json");
            assertThat(paced.size()).isEqualTo(2);
            paced.forEach(each -> assertThat(each.get("refused").asLong()).isZero());
        }
    }

    @Test
    void wrongUseIsExplained() {
        assertThat(Cli.run("bench").output()).contains("name a measurement");
        Cli.Result nobody = Cli.run("bench", "throughput", "--node", "http://127.0.0.1:1");
        assertThat(nobody.status()).isEqualTo(3);
        Cli.Result tooMany = Cli.run("bench", "throughput", "--in-flight", "5000");
        assertThat(tooMany.status()).isEqualTo(2);
        assertThat(tooMany.output()).contains("--in-flight takes 1 to 4096");
    }

    private static JsonNode rows(String... command) {
        Cli.Result result = Cli.run(command);
        assertThat(result.status()).as(result.output()).isZero();
        return JSON.readTree(result.output().lines().reduce((a, b) -> b).orElse("[]"));
    }
}
