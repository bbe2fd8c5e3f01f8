package dev.concord.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The measurements count what really happened. No speed is asserted, so a busy machine changes nothing but how long
/// this takes.
@Timeout(value = 4, unit = TimeUnit.MINUTES, threadMode = ThreadMode.SEPARATE_THREAD)
class BenchIT {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir
    private static Path folder;

    private static ClusterProcesses cluster;

    @BeforeAll
    static void startOneClusterForAll() {
        cluster = new ClusterProcesses(folder, 3);
        cluster.start().awaitReady();
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"rest", "bulk", "stomp"})
    void whatIsCountedAsAcknowledgedIsInTheLog(String mode) {
        Api api = cluster.api(1);
        long before = api.newestSeq();

        JsonNode row = only(load("throughput", "--mode", mode, "--in-flight", "32", "--warm-up", "0"));

        long counted = row.get("acknowledged").asLong();
        cluster.awaitLevel(before + counted);
        long written = api.newestSeq() - before;
        assertThat(row.get("refused").asLong()).isZero();
        assertThat(counted).isPositive();
        // besides what was counted: what was under way when the window closed, and a moment of load around it
        assertThat(written).isGreaterThanOrEqualTo(counted);
        assertThat(row.get("cpuMicrosPerMessage").asDouble()).isPositive();
        assertThat(row.get("p50Ms").asDouble())
                .isPositive()
                .isLessThanOrEqualTo(row.get("maxMs").asDouble());
    }

    @Test
    void everySubscriberGetsEveryMessage() {
        JsonNode row = only(load("fanout", "--subscribers", "50", "--rate", "100", "--warm-up", "1"));

        assertThat(row.get("gaps").asLong()).isZero();
        assertThat(row.get("deliveriesPerSecond").asLong()).isPositive();
        assertThat(row.get("p99Ms").asDouble()).isPositive();
    }

    @Test
    void aFixedRateIsSentOverBothProtocols() {
        JsonNode paced = load("latency", "--rate", "100", "--warm-up", "1");

        assertThat(paced.size()).isEqualTo(2);
        paced.forEach(each -> assertThat(each.get("refused").asLong()).isZero());
        paced.forEach(each -> assertThat(each.get("acknowledged").asLong()).isPositive());
    }

    @Test
    void aPauseIsMeasuredForEachKillOfTheLeader() {
        JsonNode row = only(rows("bench", "failover", "--kills", "1", "-o", "json"));

        assertThat(row.get("pausesMs").size()).isEqualTo(1);
        row.get("pausesMs").forEach(pause -> assertThat(pause.asDouble()).isPositive());
        assertThat(row.get("acknowledged").asLong()).isGreaterThan(2);
    }

    @Test
    void aNodeThatDoesNotAnswerIsNamedAndTheOthersAreMeasured(@TempDir Path other) {
        try (ClusterProcesses three = new ClusterProcesses(other, 3)) {
            three.start().awaitReady();
            three.node(1).kill();
            String[] command = {
                "bench",
                "latency",
                "--mode",
                "stomp",
                "--rate",
                "50",
                "--warm-up",
                "3",
                "--seconds",
                "1",
                "--node",
                three.node(3).url(),
                "-o",
                "json"
            };
            JsonNode row = only(rows(command));
            command[command.length - 1] = "table";
            String table = Cli.run(command).output();

            String silent = three.node(1).url().replace("http://", "");
            assertThat(row.get("acknowledged").asLong()).isPositive();
            assertThat(row.get("cpuMicrosPerMessage").asDouble()).isPositive();
            assertThat(row.get("notCounted").get(0).asString()).isEqualTo(silent);
            assertThat(table).contains("Not counted, because they do not answer: " + silent);
        }
    }

    @Test
    void startsAreTimedWithAndWithoutAHistory() {
        JsonNode rows = rows("bench", "start", "--messages", "2000,0", "--runs", "1", "--idle", "0", "-o", "json");

        assertThat(rows.size()).isEqualTo(2);
        assertThat(rows.get(0).get("messages").asLong()).isZero();
        assertThat(rows.get(1).get("messages").asLong()).isEqualTo(2000);
        rows.forEach(row -> assertThat(row.get("medianSeconds").asDouble()).isPositive());
        rows.forEach(row -> assertThat(row.get("cpuSeconds").asDouble()).isPositive());
        rows.forEach(row -> assertThat(row.get("idleBytes").asLong()).isPositive());
        assertThat(rows.get(1).get("loadedBytes").asLong()).isPositive();
    }

    @Test
    void wrongUseIsExplained() {
        assertThat(Cli.run("bench").output()).contains("name a measurement");
        Cli.Result nobody = Cli.run("bench", "throughput", "--node", "http://127.0.0.1:1");
        assertThat(nobody.status()).isEqualTo(3);
        Cli.Result tooMany = Cli.run("bench", "throughput", "--in-flight", "5000");
        assertThat(tooMany.status()).isEqualTo(2);
        assertThat(tooMany.output()).contains("--in-flight takes 1 to 4096");
        Cli.Result noFormat = Cli.run("bench", "start", "-o", "text");
        assertThat(noFormat.status()).isEqualTo(2);
        assertThat(noFormat.output()).contains("-o takes table or json");
        assertThat(Cli.run("bench", "fanout", "-o", "text").output()).contains("-o takes table or json");
    }

    /// A measurement of a second on the running cluster.
    private static JsonNode load(String measurement, String... options) {
        List<String> command = new ArrayList<>(List.of("bench", measurement));
        command.addAll(List.of("--node", cluster.node(1).url(), "--seconds", "1", "-o", "json"));
        command.addAll(List.of(options));
        return rows(command.toArray(String[]::new));
    }

    private static JsonNode only(JsonNode rows) {
        assertThat(rows.size()).isEqualTo(1);
        return rows.get(0);
    }

    private static JsonNode rows(String... command) {
        Cli.Result result = Cli.run(command);
        assertThat(result.status()).as(result.output()).isZero();
        return JSON.readTree(result.output().lines().reduce((a, b) -> b).orElse("[]"));
    }
}
