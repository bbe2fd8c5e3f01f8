package dev.concord.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
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
            List<JsonNode> results = new ArrayList<>();
            long start = System.nanoTime();
            // what is under way when its time ends is unknown, on a slow machine all of it
            ClusterProcesses.await("a message is refused", () -> {
                results.addAll(cluster.api(1).bulk(lines(results.size())));
                return results.stream().anyMatch(RateLimitIT::isOverload);
            });
            double seconds = (System.nanoTime() - start) / 1e9;

            List<String> taken = results.stream()
                    .filter(result -> result.has("seq"))
                    .map(result -> result.get("id").asString())
                    .toList();
            assertThat(results)
                    .filteredOn(result -> !result.has("seq"))
                    .extracting(RateLimitIT::code)
                    .isSubsetOf("overloaded", "commit-unknown");
            List<Api.Message> history = cluster.api(2).history();
            assertThat(history)
                    .extracting(Api.Message::id)
                    .containsSubsequence(taken)
                    .doesNotHaveDuplicates()
                    .hasSizeBetween(PER_SECOND, (int) (PER_SECOND * (seconds + 2)));
        }
    }

    private static String lines(int from) {
        return IntStream.range(from, from + 2000)
                .mapToObj(i -> "{\"sender\":\"ada\",\"text\":\"message " + i + "\",\"id\":\"r" + i + "\"}")
                .collect(Collectors.joining("\n"));
    }

    private static boolean isOverload(JsonNode result) {
        return code(result).equals("overloaded");
    }

    private static String code(JsonNode result) {
        return result.path("code").asString();
    }
}
