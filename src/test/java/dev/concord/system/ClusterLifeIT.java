package dev.concord.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// A cluster's life: the first message, a quorum lost and found, everything killed at once, and its files.
class ClusterLifeIT {
    @TempDir
    Path folder;

    @Test
    void aMessagePostedToAFollowerIsOnAllNodes() {
        try (ClusterProcesses cluster = new ClusterProcesses(folder, 3).start().awaitReady()) {
            assertThat(cluster.api(1).cluster().leader()).isEqualTo(3);
            Api.Answer answer = cluster.api(1).post("m1", "hello");
            assertThat(answer.status()).as(answer.body()).isEqualTo(201);
            assertThat(answer.json().get("seq").asLong()).isEqualTo(1);
            assertThat(answer.json().get("durableOn").size()).isGreaterThanOrEqualTo(2);
            for (int id = 1; id <= 3; id++) { // at once, whether the node has heard of it by itself or not
                Api.Answer confirmed = cluster.api(id).get("/api/messages?consistency=leader");
                assertThat(confirmed.status()).as(confirmed.body()).isEqualTo(200);
                assertThat(confirmed.body()).contains("\"id\":\"m1\"");
                assertThat(cluster.api(id).get("/api/messages?minSeq=1").body()).contains("\"id\":\"m1\"");
            }
            cluster.awaitLevel(1);
            for (int id = 1; id <= 3; id++) {
                assertThat(cluster.api(id).history())
                        .extracting(Api.Message::text)
                        .containsExactly("hello");
            }
            Api.Answer again = cluster.api(2).post("m1", "hello");
            assertThat(again.status()).as("the same id on another node").isEqualTo(200);
            assertThat(again.json().get("seq").asLong()).isEqualTo(1);
            assertThat(cluster.api(2).post("m1", "something else").status()).isEqualTo(422);
        }
    }

    @Test
    void withoutAMajorityWritesAreRefusedAndReadsStillServed() {
        try (ClusterProcesses cluster = new ClusterProcesses(folder, 3).start().awaitReady()) {
            assertThat(cluster.api(1).post("before", "hello").status()).isEqualTo(201);
            cluster.awaitLevel(1);
            cluster.node(2).kill();
            cluster.node(3).kill();
            ClusterProcesses.await("a refusal for want of a quorum", () -> {
                Api.Answer refused = cluster.api(1).post("during", "hello");
                return refused.status() == 503
                        && refused.json().get("code").asString().equals("no-quorum")
                        && refused.json().get("retryable").asBoolean();
            });
            assertThat(cluster.api(1).history()).hasSize(1);
            Api.Answer confirmed = cluster.api(1).get("/api/messages?consistency=leader");
            assertThat(confirmed.status())
                    .as("nobody can confirm how far the log is")
                    .isEqualTo(503);
            assertThat(confirmed.json().get("code").asString()).isEqualTo("behind");
            assertThat(cluster.api(1).get("/actuator/health/liveness").status()).isEqualTo(200);
            assertThat(cluster.api(1).get("/actuator/health/quorum").status()).isEqualTo(503);
            cluster.node(2).start();
            ClusterProcesses.await(
                    "writes go on", () -> cluster.api(1).post("after", "hello").status() / 100 == 2);
            assertThat(cluster.api(1).history()).extracting(Api.Message::id).contains("before", "after");
        }
    }

    @Test
    void everythingAcknowledgedSurvivesTheDeathOfAllNodes() {
        try (ClusterProcesses cluster = new ClusterProcesses(folder, 3).start().awaitReady()) {
            Load load = new Load(cluster, "all", 200, 4);
            load.awaitMore(300);
            cluster.all().forEach(NodeProcess::kill);
            load.stop();
            assertThat(load.acknowledged()).isGreaterThanOrEqualTo(300);
            cluster.start().awaitReady();
            load.assertKept();
            assertThat(cluster.api(1).post("new", "life goes on").status()).isEqualTo(201);
        }
    }

    @Test
    void closedSegmentsAreTheSameBytesOnAllNodesAndDamageIsNamed() throws IOException {
        try (ClusterProcesses cluster = new ClusterProcesses(folder, 3).start().awaitReady()) {
            String text = "x".repeat(16_000);
            int messages = 4500; // more than one segment of 64 MiB
            for (int from = 0; from < messages; from += 500) {
                int first = from;
                String lines = IntStream.range(first, first + 500)
                        .mapToObj(i -> "{\"sender\":\"ada\",\"text\":\"" + text + "\",\"id\":\"b" + i + "\"}")
                        .collect(Collectors.joining("\n"));
                List<JsonNode> results = cluster.api(1).bulk(lines);
                assertThat(results).hasSize(500);
                assertThat(results)
                        .allSatisfy(
                                r -> assertThat(r.get("seq")).as(r.toString()).isNotNull());
            }
            cluster.awaitLevel(messages);
            cluster.all().forEach(NodeProcess::terminate);
            String name = closedSegment(cluster.node(1));
            byte[] expected =
                    Files.readAllBytes(cluster.node(1).data().resolve("log").resolve(name));
            for (int id = 2; id <= 3; id++) {
                assertThat(cluster.node(id).data().resolve("log").resolve(name)).hasBinaryContent(expected);
            }
            Cli.Result pass = Cli.run("verify", "--data", data(cluster, 1), data(cluster, 2), data(cluster, 3));
            assertThat(pass.status()).as(pass.output()).isZero();
            assertThat(pass.output()).contains("PASS");
            Path damaged = cluster.node(2).data().resolve("log").resolve(name);
            try (RandomAccessFile file = new RandomAccessFile(damaged.toFile(), "rw")) {
                file.seek(1_000_000);
                int old = file.read();
                file.seek(1_000_000);
                file.write(old ^ 1);
            }
            Cli.Result fail = Cli.run("verify", "--data", data(cluster, 1), data(cluster, 2), data(cluster, 3));
            assertThat(fail.status()).as(fail.output()).isEqualTo(1);
            assertThat(fail.output()).contains("FAIL").contains(name).containsPattern("9\\d{5}|1000000|100\\d{4}");
        }
    }

    private static String data(ClusterProcesses cluster, int id) {
        return cluster.node(id).data().toString();
    }

    private static String closedSegment(NodeProcess node) throws IOException {
        try (Stream<Path> files = Files.list(node.data().resolve("log"))) {
            List<String> segments = files.map(f -> f.getFileName().toString())
                    .filter(n -> n.endsWith(".jsonl"))
                    .sorted()
                    .toList();
            assertThat(segments).hasSizeGreaterThanOrEqualTo(2);
            return segments.getFirst();
        }
    }
}
