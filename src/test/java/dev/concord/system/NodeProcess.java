package dev.concord.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// One node as a real process of the installed program, with the faults that a process can suffer.
final class NodeProcess {
    private final int id;
    private final int httpPort;
    private final Path config;
    private final Path data;
    private final Path log;
    private List<String> program = Program.installed();
    private final Map<String, String> environment = new HashMap<>();
    private @Nullable Process process;

    NodeProcess(int id, int httpPort, Path config, Path data, Path log) {
        this.id = id;
        this.httpPort = httpPort;
        this.config = config;
        this.data = data;
        this.log = log;
    }

    int id() {
        return id;
    }

    String url() {
        return "http://127.0.0.1:" + httpPort;
    }

    Path data() {
        return data;
    }

    Path config() {
        return config;
    }

    /// The port where it listens for its peers.
    int peerPort() throws IOException {
        return (int) number(config, "(?m)^port: (\\d+)");
    }

    /// The memory that it holds.
    long rssKib() throws IOException {
        return number(Path.of("/proc", Long.toString(pid()), "status"), "VmRSS:\\s+(\\d+) kB");
    }

    private static long number(Path file, String pattern) throws IOException {
        Matcher number = Pattern.compile(pattern).matcher(Files.readString(file));
        if (!number.find()) {
            throw new IOException(file + " has nothing like " + pattern);
        }
        return Long.parseLong(number.group(1));
    }

    /// The disk is gone: an empty folder is all that is left.
    void wipe() {
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Runs another program from the next start on.
    NodeProcess jar(Path program) {
        this.program = List.of("-jar", program.toString());
        return this;
    }

    /// Sets a variable for the starts that follow.
    NodeProcess environment(String name, String value) {
        environment.put(name, value);
        return this;
    }

    NodeProcess start() {
        List<String> command = new ArrayList<>(Program.java());
        command.add("-Xmx256m");
        command.addAll(program);
        command.addAll(List.of("node", "--config", config.toString(), "--exit-with-parent"));
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
            builder.environment().putAll(environment);
            process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    boolean isAlive() {
        return process != null && process.isAlive();
    }

    long pid() {
        return running().pid();
    }

    /// SIGKILL: no last words, no flush.
    void kill() {
        running().destroyForcibly();
        awaitExit(10);
    }

    /// SIGTERM: a graceful stop.
    int terminate() {
        running().destroy();
        return awaitExit(30);
    }

    /// SIGSTOP: the process stands still, its connections stay open.
    void pause() {
        signal("-STOP");
    }

    /// SIGCONT.
    void resume() {
        signal("-CONT");
    }

    private void signal(String name) {
        try {
            new ProcessBuilder("kill", name, Long.toString(running().pid()))
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    int awaitExit(int seconds) {
        try {
            if (!running().waitFor(seconds, TimeUnit.SECONDS)) {
                throw new IllegalStateException("node " + id + " still runs after " + seconds + " s");
            }
            return running().exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private Process running() {
        if (process == null) {
            throw new IllegalStateException("node " + id + " was never started");
        }
        return process;
    }

    /// What the process has printed.
    String output() {
        try {
            return Files.readString(log, StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "(no output: " + e.getMessage() + ")";
        }
    }
}
