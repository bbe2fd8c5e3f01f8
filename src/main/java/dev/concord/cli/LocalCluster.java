package dev.concord.cli;

import dev.concord.access.SecretFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The processes of a cluster on this machine. Node N has its data in `node-N`, its log in `node-N/node.log`, and its
/// settings in `node-N.yml`, so that it can be started again by hand.
final class LocalCluster {
    /// How long nodes get to hand over, close their connections and write out.
    static final Duration STOP_TIME = Duration.ofSeconds(15);

    private final JavaCommand java;
    private final Path data;
    private final int count;
    private final int httpBase;
    private final int peerBase;
    private final List<LocalNode> nodes = new ArrayList<>();
    private boolean stopping;

    LocalCluster(JavaCommand java, Path data, int count, int httpBase, int peerBase) {
        this.java = java;
        this.data = data;
        this.count = count;
        this.httpBase = httpBase;
        this.peerBase = peerBase;
    }

    /// One node and its process.
    record LocalNode(int id, String url, Path config, Path log, Process process) {
        boolean isAlive() {
            return process.isAlive();
        }

        /// The last line of its log, which says why it ended.
        String lastWords() {
            try {
                return Files.readAllLines(log, StandardCharsets.UTF_8).stream()
                        .filter(line -> !line.isBlank())
                        .reduce((earlier, later) -> later)
                        .orElse("its log is empty");
            } catch (IOException e) {
                return "its log cannot be read";
            }
        }
    }

    /// Starts all nodes. Their standard input is a pipe that ends with this process, and they with it, however it ends.
    synchronized List<LocalNode> start() throws IOException {
        Files.createDirectories(data);
        SecretFile.createIfMissing(secretFile());
        for (int id = 1; id <= count && !stopping; id++) {
            Path folder = Files.createDirectories(data.resolve("node-" + id));
            Path config = data.resolve("node-" + id + ".yml");
            Files.writeString(config, settings(id, folder));
            Path log = folder.resolve("node.log");
            Process process = new ProcessBuilder(
                            java.node(List.of("--config", config.toString(), "--exit-with-parent")))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
            nodes.add(new LocalNode(id, url(id), config, log, process));
        }
        return List.copyOf(nodes);
    }

    Path data() {
        return data;
    }

    String url(int id) {
        return "http://127.0.0.1:" + (httpBase + id - 1);
    }

    /// By it the nodes know each other; no other user of this machine can pose as one of them.
    private Path secretFile() {
        return data.resolve("cluster.secret");
    }

    private String settings(int self, Path folder) {
        StringBuilder yaml = new StringBuilder("# Written by `concord up`, for node " + self + " of " + count + ".\n");
        yaml.append("node_id: ").append(self).append('\n');
        yaml.append("host: 127.0.0.1\n");
        yaml.append("port: ").append(peerBase + self - 1).append('\n');
        yaml.append(count == 1 ? "seed_nodes: []\n" : "seed_nodes:\n");
        for (int id = 1; id <= count; id++) {
            if (id != self) {
                yaml.append("  - {node_id: ").append(id).append(", host: 127.0.0.1, port: ");
                yaml.append(peerBase + id - 1).append("}\n");
            }
        }
        yaml.append("heartbeat_interval_ms: 200\nleader_timeout_ms: 1500\n");
        yaml.append("log_dir: ").append(quoted(folder)).append('\n');
        yaml.append("cluster_secret_file: ").append(quoted(secretFile())).append("\n\n");
        yaml.append("http_port: ").append(httpBase + self - 1).append('\n');
        return yaml.toString();
    }

    private static String quoted(Path path) {
        return '"' + path.toString().replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    /// Stops all nodes: asks first, and ends by force who does not come to an end in time.
    synchronized void stop() {
        stopping = true;
        for (LocalNode node : nodes) {
            node.process().destroy();
        }
        long deadline = System.nanoTime() + STOP_TIME.toNanos();
        for (LocalNode node : nodes) {
            try {
                if (!node.process().waitFor(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS)) {
                    node.process().destroyForcibly();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                node.process().destroyForcibly();
            }
        }
    }
}
