package dev.concord.cli;

import dev.concord.client.NodeApi;
import dev.concord.config.NodeStart;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/// `concord train`: the run from which Java learns what a start needs (JEP 514, `-XX:AOTCacheOutput`). Whoever packages
/// Concord runs it once, and each later start takes half the time.
///
/// It is a node that founds a cluster of its own on free loopback ports, in a scratch folder that it deletes, and a few
/// commands that talk to it. So it meets no data and no cluster of anybody, and Java sees the real paths: recovery,
/// election, the disk, HTTP.
@Command(name = "train", hidden = true, description = "Exercises everything once, for a cache of a faster start.")
final class TrainCommand implements Callable<Integer> {
    /// Enough for the busiest paths to be known, and over in a second.
    private static final int MESSAGES = 300;

    private final Class<?> application;

    TrainCommand(Class<?> application) {
        this.application = application;
    }

    @Override
    public Integer call() throws IOException {
        Path folder = Files.createTempDirectory("concord-training");
        int[] ports = freePorts();
        String[] settings = {
            "--concord.node-id=1",
            "--concord.log-dir=" + folder.resolve("data"),
            "--concord.port=" + ports[0],
            "--concord.http-port=" + ports[1]
        };
        try (NodeStart.RunningNode _ = NodeStart.start(application, settings)) {
            return exercise("http://127.0.0.1:" + ports[1]) ? 0 : CommandFailedException.FAILED;
        } finally {
            delete(folder);
        }
    }

    private boolean exercise(String url) throws IOException {
        StringBuilder lines = new StringBuilder();
        for (int i = 1; i <= MESSAGES; i++) {
            lines.append("line ").append(i).append('\n');
        }
        return run("", "send", "--node", url, "--as", "trainer", "hello")
                && run(lines.toString(), "send", "--node", url, "--as", "trainer")
                && run("", "status", "--node", url)
                && run("", "export", "--node", url)
                && run("", "verify", "--node", url)
                && new NodeApi(url).isReady();
    }

    private boolean run(String input, String... arguments) {
        PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
        Terminal terminal = new Terminal(
                new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                nowhere,
                nowhere,
                false,
                false,
                false);
        // with all commands, so that the cache holds the classes of each
        return ConcordCommand.commandLine(application, terminal).execute(arguments) == 0;
    }

    private static int[] freePorts() throws IOException {
        try (ServerSocket peers = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ServerSocket http = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return new int[] {peers.getLocalPort(), http.getLocalPort()};
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            paths.sorted(Comparator.reverseOrder()).forEach(path -> {
                try {
                    Files.delete(path);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}
