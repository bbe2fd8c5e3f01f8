package dev.concord.cli;

import dev.concord.client.ClusterSurvey;
import dev.concord.client.ClusterView;
import dev.concord.client.NodeApi;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// A cluster that a benchmark starts, kills and restarts, on free ports of this machine. Its folder goes with it.
final class OwnCluster implements AutoCloseable {
    private static final int FIRST_PORT = 20_000;
    private static final int LAST_PORT = 32_000;
    private static final int PORT_STEP = 100;
    private static final long POLL_MILLIS = 20;
    private static final long MOST_BEHIND = 1_000;

    private final JavaCommand java;
    private final Path folder;
    private final int count;
    private final int httpBase;
    private LocalCluster cluster;

    /// A cluster in a temporary folder; nothing is started yet.
    ///
    /// @param application the main class
    static OwnCluster temporary(Class<?> application, int count) throws IOException {
        return new OwnCluster(new JavaCommand(application), Files.createTempDirectory("concord-bench"), count);
    }

    private OwnCluster(JavaCommand java, Path folder, int count) {
        this.java = java;
        this.folder = folder;
        this.count = count;
        this.httpBase = freePorts(count);
        this.cluster = local();
    }

    private LocalCluster local() {
        return new LocalCluster(java, folder, new LocalPorts(count, httpBase, httpBase + PORT_STEP / 2), "");
    }

    private static int freePorts(int count) {
        for (int base = FIRST_PORT; base < LAST_PORT; base += PORT_STEP) {
            int first = base;
            if (IntStream.range(0, count).allMatch(i -> isFree(first + i) && isFree(first + PORT_STEP / 2 + i))) {
                return base;
            }
        }
        throw new CommandFailedException(
                CommandFailedException.FAILED, "no free ports from " + FIRST_PORT + " to " + LAST_PORT + ".");
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    /// Starts all nodes, the first time or with the data they have.
    void start() throws IOException {
        cluster = local();
        cluster.start();
    }

    /// Stops all nodes as an operator does.
    void stop() {
        cluster.stop();
    }

    /// Ends a node at once, as a crash does.
    void kill(int id) throws IOException {
        cluster.kill(id);
    }

    /// Starts a killed node again.
    void restart(int id) throws IOException {
        cluster.start(id);
    }

    String url(int id) {
        return cluster.url(id);
    }

    int count() {
        return count;
    }

    NodeApi api(int id) {
        return new NodeApi(url(id));
    }

    /// Waits until the cluster is as it should be.
    ///
    /// @param what for the error, if it does not come to be
    ClusterView await(String what, Duration most, Predicate<ClusterView> wanted)
            throws InterruptedException, TimeoutException {
        long deadline = System.nanoTime() + most.toNanos();
        while (System.nanoTime() < deadline) {
            List<NodeApi> apis = new ArrayList<>();
            IntStream.rangeClosed(1, count).forEach(id -> apis.add(api(id)));
            Optional<ClusterView> view = ClusterSurvey.of(apis).best().filter(wanted);
            if (view.isPresent()) {
                return view.get();
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
        throw new TimeoutException("not within " + most.toSeconds() + " s: " + what);
    }

    /// Waits until everybody is there, votes, is as good as level, and serves clients.
    ClusterView awaitWhole(Duration most) throws InterruptedException, TimeoutException {
        return await("all nodes are ready", most, view -> isWhole(view) && allServe());
    }

    private boolean allServe() {
        return IntStream.rangeClosed(1, count).allMatch(id -> {
            try {
                return api(id).isReady();
            } catch (IOException e) {
                return false;
            }
        });
    }

    /// Everybody is there, votes, and is level but for what is under way: while a client posts, somebody is always a
    /// message behind.
    private boolean isWhole(ClusterView view) {
        return view.isWritable()
                && view.members().size() == count
                && view.members().stream().allMatch(m -> m.isAlive() && !m.isLearner() && m.behind() < MOST_BEHIND);
    }

    /// Processor time in seconds that all nodes together have taken since they were started.
    double cpuSeconds() {
        return IntStream.rangeClosed(1, count)
                .mapToObj(id -> ProcessHandle.of(cluster.pid(id))
                        .flatMap(node -> node.info().totalCpuDuration()))
                .mapToDouble(used -> used.map(Duration::toMillis).orElse(0L) / 1e3)
                .sum();
    }

    /// Resident memory of a node in bytes, as Linux tells it; -1 elsewhere.
    long residentBytes(int id) {
        Path status = Path.of("/proc", Long.toString(cluster.pid(id)), "status");
        try (Stream<String> lines = Files.lines(status, StandardCharsets.UTF_8)) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                    .findFirst()
                    .orElse(-1);
        } catch (IOException e) {
            return -1;
        }
    }

    @Override
    public void close() throws IOException {
        stop();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
