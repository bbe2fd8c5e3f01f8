package dev.concord.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.node.EventAction;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The log of real nodes in containers' format, through a bad day: a dead leader, a torn tail, garbage on the
/// peer port, a folder that is taken, a second node of the same number, a graceful stop.
class LogLinesIT {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String TEXT = "nobody may find this text in a log";
    private static final Set<EventAction> MUST_HAPPEN = EnumSet.of(
            EventAction.LOG_RECOVERED,
            EventAction.NODE_STARTED,
            EventAction.LINKS_UNAUTHENTICATED,
            EventAction.CLUSTER_FOUNDED,
            EventAction.CLUSTER_JOINED,
            EventAction.MEMBER_JOINING,
            EventAction.MEMBER_PROMOTED,
            EventAction.LINK_UP,
            EventAction.LINK_DOWN,
            EventAction.LEADER_ELECTED,
            EventAction.LEADER_LOST,
            EventAction.TORN_TAIL_CUT,
            EventAction.MEMBERS_CHANGED,
            EventAction.PEER_VIOLATION,
            EventAction.START_REFUSED,
            EventAction.HALTED,
            EventAction.HANDOVER_STARTED,
            EventAction.HANDOVER_FINISHED,
            EventAction.NODE_STOPPING,
            EventAction.NODE_STOPPED);

    @TempDir
    Path folder;

    @Test
    void everyLineIsJsonThatSaysWhoWhereAndWhat() throws IOException {
        List<NodeProcess> all = new ArrayList<>();
        try (ClusterProcesses cluster = new ClusterProcesses(folder, 3)) {
            cluster.all().forEach(LogLinesIT::inJson);
            cluster.start().awaitReady();
            all.addAll(cluster.all());
            cluster.awaitLeader(1, 3);
            cluster.node(3).kill();
            cluster.awaitLeader(1, 2);
            cluster.api(1).bulk(messages(500));
            tear(cluster.node(3));
            cluster.node(3).start();
            cluster.awaitLevel(500);
            garbageTo(cluster, 1);
            all.add(started(cluster.node(1).config(), "twin", "")); // same folder
            all.add(started(cluster.node(1).config(), "double", "-double")); // same number, other folder
            awaitLine(all.get(3), EventAction.START_REFUSED);
            awaitLine(all.get(4), EventAction.HALTED);
            cluster.awaitLeader(1, 2);
            cluster.node(2).terminate();
            check(all);
        } finally {
            all.stream().filter(NodeProcess::isAlive).forEach(NodeProcess::kill);
        }
    }

    private static void check(List<NodeProcess> nodes) {
        Set<String> known =
                Arrays.stream(EventAction.values()).map(EventAction::toString).collect(Collectors.toSet());
        Set<String> seen = new TreeSet<>();
        for (NodeProcess node : nodes) {
            for (String line : node.output().lines().toList()) {
                JsonNode json = json(line);
                JsonNode concord = json.path("concord");
                assertThat(concord.path("node").asInt()).as(line).isBetween(1, 3);
                assertThat(concord.path("role").asString())
                        .as(line)
                        .isIn("starting", "follower", "electing", "claiming", "leader");
                assertThat(concord.path("term").isNumber()).as(line).isTrue();
                assertThat(concord.path("seq").isNumber()).as(line).isTrue();
                assertThat(json.path("@timestamp").asString()).as(line).isNotEmpty();
                assertThat(json.path("log").path("level").asString()).as(line).isNotEmpty();
                assertThat(json.path("message").asString()).as(line).isNotEmpty();
                assertThat(line).doesNotContain(TEXT);
                if (json.path("log").path("logger").asString().startsWith("dev.concord")) {
                    String action = json.path("event").path("action").asString();
                    assertThat(action).as(line).isIn(known);
                    seen.add(action);
                }
            }
        }
        assertThat(seen)
                .as("what must have happened")
                .containsAll(MUST_HAPPEN.stream().map(EventAction::toString).toList());
    }

    private static JsonNode json(String line) {
        try {
            return JSON.readTree(line);
        } catch (JacksonException e) {
            throw new AssertionError("not JSON: " + line, e);
        }
    }

    private static NodeProcess inJson(NodeProcess node) {
        return node.environment("LOGGING_STRUCTURED_FORMAT_CONSOLE", "ecs");
    }

    private static String messages(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "{\"sender\":\"ada\",\"text\":\"" + TEXT + "\",\"id\":\"m" + i + "\"}")
                .collect(Collectors.joining("\n"));
    }

    /// What a crash in the middle of a write leaves.
    private static void tear(NodeProcess node) throws IOException {
        try (Stream<Path> files = Files.list(node.data().resolve("log"))) {
            Path last = files.filter(f -> f.toString().endsWith(".jsonl"))
                    .max(Comparator.naturalOrder())
                    .orElseThrow();
            Files.writeString(last, "{\"index\":", StandardOpenOption.APPEND);
        }
    }

    private static void garbageTo(ClusterProcesses cluster, int id) throws IOException {
        String peer = cluster.api(id).cluster().members().stream()
                .filter(m -> m.path("id").asInt() == id)
                .map(m -> m.path("peer").asString())
                .findFirst()
                .orElseThrow();
        String[] address = peer.split(":");
        try (Socket socket = new Socket(address[0], Integer.parseInt(address[1]))) {
            OutputStream out = socket.getOutputStream();
            out.write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.UTF_8));
            out.flush();
            socket.getInputStream().readAllBytes(); // until the node hangs up
        }
        awaitLine(cluster.node(id), EventAction.PEER_VIOLATION);
    }

    private static void awaitLine(NodeProcess node, EventAction action) {
        ClusterProcesses.await(
                "a line " + action + " of node " + node.id(),
                () -> node.output().contains("\"action\":\"" + action + "\""));
    }

    /// A node with the configuration of another, on ports of its own.
    private NodeProcess started(Path config, String name, String folderSuffix) throws IOException {
        List<Integer> ports = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                ports.add(socket.getLocalPort());
            }
        }
        String yaml = Files.readString(config)
                .replaceFirst("(?m)^port: \\d+", "port: " + ports.get(0))
                .replaceFirst("(?m)^http_port: \\d+", "http_port: " + ports.get(1))
                .replaceFirst("(?m)^log_dir: \"(.*)\"", "log_dir: \"$1" + folderSuffix + "\"");
        Path own = folder.resolve(name + ".yml");
        Files.writeString(own, yaml);
        return inJson(new NodeProcess(1, ports.get(1), own, folder.resolve(name), folder.resolve(name + ".log")))
                .start();
    }
}
