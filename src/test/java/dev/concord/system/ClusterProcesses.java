package dev.concord.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/// A cluster of real processes on free ports of this machine, each with a data folder of its own below one folder.
final class ClusterProcesses implements TestCluster, AutoCloseable {
    /// How long anything may take that has no limit of its own; these machines are small and busy.
    static final Duration PATIENCE = Duration.ofSeconds(Integer.getInteger("system.patience", 60));

    private final List<NodeProcess> nodes = new ArrayList<>();

    /// Lays out `count` nodes that know each other; nothing is started yet.
    ///
    /// @param settings further lines for each node's configuration
    ClusterProcesses(Path folder, int count, String... settings) {
        this(folder, count, count, settings);
    }

    /// Lays out `count` nodes, of which the first `founders` know each other; the others know the founders, and join.
    ClusterProcesses(Path folder, int count, int founders, String... settings) {
        int[] ports = freePorts(2 * count);
        try {
            for (int id = 1; id <= count; id++) {
                StringBuilder yaml = new StringBuilder();
                yaml.append("node_id: ").append(id).append('\n');
                yaml.append("host: 127.0.0.1\nport: ").append(ports[id - 1]).append('\n');
                yaml.append(count == 1 ? "seed_nodes: []\n" : "seed_nodes:\n");
                for (int other = 1; other <= founders; other++) {
                    if (other != id) {
                        yaml.append("  - {node_id: ").append(other);
                        yaml.append(", host: 127.0.0.1, port: ")
                                .append(ports[other - 1])
                                .append("}\n");
                    }
                }
                yaml.append("http_port: ").append(ports[count + id - 1]).append('\n');
                Path data = folder.resolve("node-" + id);
                yaml.append("log_dir: \"").append(data).append("\"\n");
                for (String line : settings) {
                    yaml.append(line).append('\n');
                }
                Path config = folder.resolve("node" + id + ".yml");
                Files.writeString(config, yaml);
                nodes.add(new NodeProcess(
                        id, ports[count + id - 1], config, data, folder.resolve("node-" + id + ".log")));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static int[] freePorts(int count) {
        List<ServerSocket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            }
            int[] ports = sockets.stream().mapToInt(ServerSocket::getLocalPort).toArray();
            for (ServerSocket socket : sockets) {
                socket.close();
            }
            return ports;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The first of `count` ports in a row that nobody listens on, below those that the system gives to outgoing
    /// connections: a node that ends and starts again finds its port free.
    static int freeRun(int count) {
        int first = ThreadLocalRandom.current().nextInt(15_000, 32_000);
        while (!IntStream.range(first, first + count).allMatch(ClusterProcesses::isFree)) {
            first = ThreadLocalRandom.current().nextInt(15_000, 32_000);
        }
        return first;
    }

    static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException | IllegalArgumentException e) {
            return false; // taken, or beyond the last port
        }
    }

    ClusterProcesses start() {
        nodes.forEach(NodeProcess::start);
        return this;
    }

    /// Waits until every node says that writes are possible and that all nodes are voters.
    ClusterProcesses awaitReady() {
        for (NodeProcess node : nodes) {
            try {
                await("node " + node.id() + " is ready", () -> {
                    Api.Cluster view = new Api(node.url()).cluster();
                    return view.leader() != 0 && view.members().size() == nodes.size() && view.allVoters();
                });
            } catch (AssertionError e) {
                throw new AssertionError(e.getMessage() + "; it says:\n" + node.output(), e.getCause());
            }
        }
        return this;
    }

    /// Stops all nodes in good order; what their folders hold is then whole and the same.
    void stopAndVerify() {
        nodes.forEach(NodeProcess::terminate);
        List<String> arguments = new ArrayList<>(List.of("verify", "--data"));
        nodes.forEach(node -> arguments.add(node.data().toString()));
        Cli.Result verified = Cli.run(arguments.toArray(String[]::new));
        if (verified.status() != 0) {
            throw new AssertionError(verified.output());
        }
    }

    NodeProcess node(int id) {
        return nodes.get(id - 1);
    }

    List<NodeProcess> all() {
        return List.copyOf(nodes);
    }

    List<NodeProcess> living() {
        return nodes.stream().filter(NodeProcess::isAlive).toList();
    }

    @Override
    public int size() {
        return nodes.size();
    }

    @Override
    public List<Integer> livingIds() {
        return living().stream().map(NodeProcess::id).toList();
    }

    @Override
    public Api api(int id) {
        return new Api(node(id).url());
    }

    /// Waits until a living node says that `leader` leads.
    void awaitLeader(int at, int leader) {
        await(
                "node " + at + " sees node " + leader + " lead",
                () -> api(at).cluster().leader() == leader);
    }

    /// Waits until the living nodes have committed the same number of messages, at least `seq`.
    @Override
    public void awaitLevel(long seq) {
        await(
                "all living nodes have committed message " + seq,
                () -> living().stream().allMatch(n -> new Api(n.url()).newestSeq() >= seq));
    }

    /// Waits for a condition; a call that fails counts as "not yet".
    static void await(String what, BooleanSupplier condition) {
        await(what, PATIENCE, condition);
    }

    static void await(String what, Duration patience, BooleanSupplier condition) {
        long deadline = System.nanoTime() + patience.toNanos();
        Object pause = new Object();
        RuntimeException last = null;
        while (System.nanoTime() < deadline) {
            try {
                if (condition.getAsBoolean()) {
                    return;
                }
            } catch (RuntimeException e) {
                last = e;
            }
            synchronized (pause) {
                try {
                    pause.wait(10);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new IllegalStateException(e);
                }
            }
        }
        throw new AssertionError("not within " + patience.toSeconds() + " s: " + what, last);
    }

    @Override
    public void close() {
        for (NodeProcess node : nodes) {
            if (node.isAlive()) {
                node.resume();
                node.kill();
            }
        }
    }
}
