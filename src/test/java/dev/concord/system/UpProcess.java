package dev.concord.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/// `concord up` as a process, and the nodes that it starts.
final class UpProcess implements TestCluster, AutoCloseable {
    private final Path folder;
    private final Path log;
    private final int count;
    private final int httpBase;
    private final Process process;

    /// @param folder gets the folder `data` and the file `up.log`
    /// @param options further ones of the command
    UpProcess(Path folder, int count, int httpBase, int peerBase, String... options) throws IOException {
        this.folder = folder;
        this.log = folder.resolve("up.log");
        this.count = count;
        this.httpBase = httpBase;
        Files.deleteIfExists(log);
        List<String> command = new ArrayList<>(Cli.command("up", "--nodes", "" + count, "--data", data().toString()));
        command.addAll(List.of("--http-base", "" + httpBase, "--peer-base", "" + peerBase));
        command.addAll(List.of("--ready-within", "" + ClusterProcesses.PATIENCE.toSeconds()));
        command.addAll(List.of(options));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().put("CONCORD_JAVA_OPTS", "-Xmx256m " + Program.FAST_START);
        process = builder.start();
    }

    Process process() {
        return process;
    }

    Path data() {
        return folder.resolve("data");
    }

    /// The processes of the nodes.
    List<ProcessHandle> nodes() {
        return process.children().toList();
    }

    /// The process of one node, by the number in its lock file.
    ProcessHandle nodeProcess(int id) {
        try {
            String pid = Files.readString(data().resolve("node-" + id).resolve("lock"))
                    .strip();
            return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    UpProcess awaitReady() {
        try {
            ClusterProcesses.await("the cluster is ready", () -> said().contains("Ctrl-C stops all"));
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "; it says:\n" + said(), e);
        }
        return this;
    }

    /// Ctrl-C.
    void interrupt() throws Exception {
        new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).as(said()).isTrue();
    }

    String said() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return "";
        }
    }

    @Override
    public int size() {
        return count;
    }

    @Override
    public Api api(int id) {
        return new Api("http://127.0.0.1:" + (httpBase + id - 1));
    }

    @Override
    public List<Integer> livingIds() {
        return IntStream.rangeClosed(1, count)
                .boxed()
                .filter(id -> answers(api(id)))
                .toList();
    }

    private static boolean answers(Api api) {
        try {
            return api.get("/actuator/health/liveness").status() == 200;
        } catch (RuntimeException e) {
            return false;
        }
    }

    @Override
    public void awaitLevel(long seq) {
        ClusterProcesses.await(
                "all living nodes have committed message " + seq,
                () -> livingIds().stream().allMatch(id -> api(id).newestSeq() >= seq));
    }

    @Override
    public void close() {
        List<ProcessHandle> nodes = nodes();
        process.destroyForcibly();
        nodes.forEach(ProcessHandle::destroyForcibly); // a paused one dies of this too
        nodes.forEach(node -> node.onExit().orTimeout(30, TimeUnit.SECONDS).join());
    }
}
