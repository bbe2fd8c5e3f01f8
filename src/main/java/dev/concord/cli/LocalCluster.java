package dev.concord.cli;

import dev.concord.access.SecretFile;
import dev.concord.cli.lab.NodeProcesses;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/// The processes of a cluster on this machine. Node N has its data in `node-N`, its log in `node-N/node.log`, and its
/// settings in `node-N.yml`, so that it can be started again by hand.
final class LocalCluster implements NodeProcesses {
    /// How long nodes get to hand over, close their connections and write out.
    static final Duration STOP_TIME = Duration.ofSeconds(15);

    /// Nothing can hold up a SIGKILL but the machine itself.
    private static final Duration KILL_TIME = Duration.ofSeconds(5);

    private final JavaCommand java;
    private final Path data;
    private final LocalPorts ports;
    private final String labUrl;
    private final Map<Integer, LocalNode> nodes = new ConcurrentSkipListMap<>();
    private final Set<Integer> paused = ConcurrentHashMap.newKeySet();
    private volatile Consumer<LocalNode> endListener = node -> {};
    private volatile boolean stopping;

    /// @param labUrl where the lab of the cluster is; empty for none
    LocalCluster(JavaCommand java, Path data, LocalPorts ports, String labUrl) {
        this.java = java;
        this.data = data;
        this.ports = ports;
        this.labUrl = labUrl;
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

    /// Calls `listener` with each node whose process ends, however it ends.
    void onEnd(Consumer<LocalNode> listener) {
        endListener = listener;
    }

    /// Starts all nodes.
    synchronized void start() throws IOException {
        Files.createDirectories(data);
        SecretFile.createIfMissing(secretFile());
        for (int id : ids()) {
            start(id);
        }
    }

    /// Starts a node. Its standard input is a pipe that ends with this process, and it with the pipe, however it ends.
    @Override
    public synchronized void start(int id) throws IOException {
        if (stopping) {
            return;
        }
        Path folder = Files.createDirectories(data.resolve("node-" + id));
        Path config = data.resolve("node-" + id + ".yml");
        Files.writeString(config, settings(id, folder));
        Path log = folder.resolve("node.log");
        Process process = new ProcessBuilder(java.node(List.of("--config", config.toString(), "--exit-with-parent")))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        paused.remove(id);
        LocalNode node = new LocalNode(id, url(id), config, log, process);
        nodes.put(id, node);
        var _ = process.onExit().thenRun(() -> endListener.accept(node));
    }

    /// The newest process of each node that was started.
    List<LocalNode> nodes() {
        return List.copyOf(nodes.values());
    }

    Path data() {
        return data;
    }

    @Override
    public List<Integer> ids() {
        return IntStream.rangeClosed(1, ports.count()).boxed().toList();
    }

    @Override
    public String url(int id) {
        return "http://127.0.0.1:" + ports.http(id);
    }

    @Override
    public State state(int id) {
        if (!ids().contains(id)) {
            throw new IllegalArgumentException("there is no node " + id + "; there are " + ids());
        }
        LocalNode node = nodes.get(id);
        if (node == null || !node.isAlive()) {
            return State.ENDED;
        }
        return paused.contains(id) ? State.PAUSED : State.RUNNING;
    }

    @Override
    public long pid(int id) {
        LocalNode node = nodes.get(id);
        return node == null ? 0 : node.process().pid();
    }

    @Override
    public void kill(int id) throws IOException {
        try {
            node(id).process().destroyForcibly().waitFor(KILL_TIME.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    @Override
    public void pause(int id) throws IOException {
        signal(id, "-STOP");
        paused.add(id);
    }

    @Override
    public void resume(int id) throws IOException {
        signal(id, "-CONT");
        paused.remove(id);
    }

    private LocalNode node(int id) {
        LocalNode node = nodes.get(id);
        if (node == null) {
            throw new IllegalArgumentException("node " + id + " was not started");
        }
        return node;
    }

    /// Java itself knows no other signals than those that end a process.
    private void signal(int id, String name) throws IOException {
        Process process = node(id).process();
        if (!process.isAlive()) { // somebody else may have its number soon
            throw new IOException("node " + id + " has ended");
        }
        try {
            int status = new ProcessBuilder("kill", name, Long.toString(process.pid()))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
            if (status != 0) {
                throw new IOException("kill " + name + " ended with " + status);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /// By it the nodes know each other; no other user of this machine can pose as one of them.
    private Path secretFile() {
        return data.resolve("cluster.secret");
    }

    private String settings(int self, Path folder) {
        StringBuilder yaml =
                new StringBuilder("# Written by `concord up`, for node " + self + " of " + ports.count() + ".\n");
        yaml.append("node_id: ").append(self).append('\n');
        yaml.append("host: 127.0.0.1\n");
        yaml.append("port: ").append(ports.peer(self)).append('\n');
        yaml.append(ports.count() == 1 ? "seed_nodes: []\n" : "seed_nodes:\n");
        for (int id : ids()) {
            if (id != self) {
                yaml.append("  - {node_id: ").append(id).append(", host: 127.0.0.1, port: ");
                yaml.append(ports.peer(id)).append("}\n");
            }
        }
        yaml.append("heartbeat_interval_ms: 200\nleader_timeout_ms: 1500\n");
        yaml.append("log_dir: ").append(quoted(folder)).append('\n');
        yaml.append("cluster_secret_file: ").append(quoted(secretFile())).append("\n\n");
        yaml.append("http_port: ").append(ports.http(self)).append('\n');
        if (!labUrl.isEmpty()) {
            yaml.append("# The others reach this node through the lab, which can cut and slow its links.\n");
            yaml.append("bind_port: ").append(ports.behindLab(self)).append('\n');
            yaml.append("lab_url: ").append(labUrl).append('\n');
        }
        return yaml.toString();
    }

    private static String quoted(Path path) {
        return '"' + path.toString().replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    /// Stops all nodes: asks first, and ends by force who does not come to an end in time.
    synchronized void stop() {
        stopping = true;
        for (LocalNode node : nodes.values()) {
            node.process().destroy();
        }
        long deadline = System.nanoTime() + STOP_TIME.toNanos();
        for (LocalNode node : nodes.values()) {
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
