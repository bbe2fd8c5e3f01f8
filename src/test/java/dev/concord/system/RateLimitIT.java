package dev.concord.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// The limit that the leader keeps for all clients of all nodes together (X6).
class RateLimitIT {
    private static final int PER_SECOND = 200;

    @TempDir
    private Path folder;

    @Test
    void theClusterTakesNoMoreThanItsRateAndSaysSoAboutTheRest() {
        try (ClusterProcesses cluster = new ClusterProcesses(
                        folder, 3, "rate_limit_cluster: " + PER_SECOND, "submit_timeout_ms: 500")
                .start()
                .awaitReady()) {
            String lines = IntStream.range(0, 2000)
                    .mapToObj(i -> "{\"sender\":\"ada\",\"text\":\"message " + i + "\",\"id\":\"r" + i + "\"}")
                    .collect(Collectors.joining("\n"));
            long start = System.nanoTime();
            List<JsonNode> results = cluster.api(1).bulk(lines);
            double seconds = (System.nanoTime() - start) / 1e9;

            List<String> taken = results.stream()
                    .filter(result -> result.has("seq"))
                    .map(result -> result.get("id").asString())
                    .toList();
            List<String> refused = results.stream()
                    .filter(result -> !result.has("seq"))
                    .map(result -> result.path("code").asString())
                    .toList();
            // what is under way when its time ends is unknown, and may be taken a moment later
            assertThat(refused).contains("overloaded").isSubsetOf("overloaded", "commit-unknown");
            List<Api.Message> history = cluster.api(2).history();
            assertThat(history)
                    .extracting(Api.Message::id)
                    .containsSubsequence(taken)
                    .doesNotHaveDuplicates()
                    .hasSizeBetween(PER_SECOND, (int) (PER_SECOND * (seconds + 2)));
        }
    }
}
