package dev.concord.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/// Three real nodes with small segments and a small log, so that retention removes its beginning soon (C5).
final class TrimmedCluster implements AutoCloseable {
    static final String[] SETTINGS = {
        "dedup_window: 1000", "segment_bytes: 65536", "retention_size_mib: 1", "preempt_stable_ms: 1000"
    };
    /// A message is a line of about 400 bytes: so many are more than the log keeps.
    static final int MORE_THAN_IS_KEPT = 6_000;

    static final Duration LONG = Duration.ofMinutes(2);

    private static final int AT_ONCE = 100;

    private final ClusterProcesses nodes;
    private int posted;

    TrimmedCluster(Path folder) {
        nodes = new ClusterProcesses(folder, 3, SETTINGS).start().awaitReady();
    }

    ClusterProcesses nodes() {
        return nodes;
    }

    /// How many messages have been posted.
    int posted() {
        return posted;
    }

    /// One message as a client writes it; returns the answer.
    Api.Answer say(int at, String json) {
        Api.Answer answer = nodes.api(at).post(json);
        posted += answer.status() == 201 ? 1 : 0;
        return answer;
    }

    /// Many messages through one node, each acknowledged.
    void post(int at, int count) {
        for (int sent = 0; sent < count; sent += AT_ONCE) {
            StringBuilder lines = new StringBuilder();
            for (int i = 0; i < AT_ONCE; i++) {
                lines.append("{\"sender\":\"ada\",\"id\":\"m-").append(posted + i);
                lines.append("\",\"text\":\"").append("x".repeat(150)).append("\"}\n");
            }
            ClusterProcesses.await(AT_ONCE + " messages are taken", LONG, () -> {
                List<JsonNode> results = nodes.api(at).bulk(lines.toString()); // again with the same ids, if need be
                return results.size() == AT_ONCE && results.stream().allMatch(r -> r.has("seq") && !r.has("code"));
            });
            posted += AT_ONCE;
        }
        nodes.awaitLevel(posted);
    }

    /// The first message that a node still has.
    long earliest(int id) {
        return nodes.api(id).get("/api/cluster").json().get("earliest").asLong();
    }

    /// Waits until all living nodes have removed more than that, and nothing more is due.
    void awaitTrimmed(long before) {
        for (NodeProcess node : nodes.living()) {
            ClusterProcesses.await("node " + node.id() + " has removed messages from " + before + " on", LONG, () -> {
                try (Stream<Path> files = Files.list(node.data().resolve("log"))) {
                    long bytes = files.filter(f -> f.toString().endsWith(".jsonl"))
                            .mapToLong(f -> f.toFile().length())
                            .sum();
                    return earliest(node.id()) > before && bytes <= 1 << 20;
                } catch (IOException e) {
                    return false;
                }
            });
        }
    }

    @Override
    public void close() {
        nodes.close();
    }
}
