package dev.concord.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Types what `docs/DEMO.md` tells people to type, in its order, and looks for what it says they see. Only ports are
/// others, so that the test can run beside a cluster; and `./concord` is the jar of this build.
class DemoIT {
    private static final Path PAGE = Path.of("docs", "DEMO.md");
    private static final Pattern FENCE =
            Pattern.compile("^```(sh|sh look|text)\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern HEADING = Pattern.compile("^## (\\d)\\. ", Pattern.MULTILINE);

    @TempDir
    Path folder;

    private final int port = ClusterProcesses.freeRun(12);
    private Process up;

    /// @param isLook whether the command only looks, and so may be typed again until what is said can be seen
    private record Step(boolean isLook, String commands, List<String> seen) {}

    @Test
    void everythingOnThePageIsAsItSays() throws Exception {
        String page = Files.readString(PAGE);
        assertThat(HEADING.matcher(page).results().map(m -> m.group(1)).toList())
                .as("the eight scenarios")
                .containsExactly("1", "2", "3", "4", "5", "6", "7", "8");
        List<Step> steps = steps(page);
        writeLauncher();
        startCluster(steps.removeFirst());
        for (Step step : steps) {
            if (step.isLook()) {
                look(step);
            } else {
                String output = type(step.commands());
                assertThat(missing(step.seen(), output))
                        .as(step.commands() + "\nprinted:\n" + output + "\n" + Files.readString(log()))
                        .isEmpty();
            }
        }
    }

    @AfterEach
    void stop() throws Exception {
        if (up != null) {
            new ProcessBuilder("kill", "-INT", Long.toString(up.pid())).start().waitFor();
            if (!up.waitFor(30, TimeUnit.SECONDS)) {
                up.descendants().forEach(ProcessHandle::destroyForcibly);
                up.destroyForcibly();
            }
        }
        Path lock = folder.resolve("data").resolve("node-4").resolve("lock");
        if (Files.exists(lock)) {
            ProcessHandle.of(Long.parseLong(Files.readString(lock).strip()))
                    .filter(node -> node.info().commandLine().orElse("").contains("node-4.yml"))
                    .ifPresent(ProcessHandle::destroyForcibly);
        }
    }

    private static List<Step> steps(String page) {
        List<Step> steps = new ArrayList<>();
        Matcher fences = FENCE.matcher(page);
        while (fences.find()) {
            if (fences.group(1).equals("text")) {
                Step last = steps.removeLast();
                assertThat(last.seen()).as("one answer to " + last.commands()).isEmpty();
                steps.add(new Step(
                        last.isLook(), last.commands(), fences.group(2).lines().toList()));
            } else {
                steps.add(new Step(fences.group(1).endsWith("look"), fences.group(2), List.of()));
            }
        }
        return steps;
    }

    private void startCluster(Step first) throws IOException {
        assertThat(first.commands().strip()).isEqualTo("./concord up --lab");
        up = command(first.commands())
                .redirectErrorStream(true)
                .redirectOutput(log().toFile())
                .start();
        ClusterProcesses.await(
                "the cluster is ready", () -> missing(first.seen(), read(log())).isEmpty());
    }

    private void look(Step step) {
        String[] output = {""};
        try {
            ClusterProcesses.await("what the page says", () -> {
                output[0] = type(step.commands());
                return missing(step.seen(), output[0]).isEmpty();
            });
        } catch (AssertionError e) {
            throw new AssertionError(
                    step.commands() + "\nlacks " + missing(step.seen(), output[0]) + " in\n" + output[0] + read(log()),
                    e);
        }
    }

    /// The lines of the page that are not among the lines printed, in their order. An ellipsis stands for anything.
    private static List<String> missing(List<String> seen, String output) {
        List<String> lines = output.lines().map(String::strip).toList();
        int at = 0;
        for (int i = 0; i < seen.size(); i++) {
            Pattern wanted = Pattern.compile(Arrays.stream(seen.get(i).strip().split("…", -1))
                    .map(Pattern::quote)
                    .collect(Collectors.joining(".*")));
            while (at < lines.size() && !wanted.matcher(lines.get(at)).matches()) {
                at++;
            }
            if (at == lines.size()) {
                return seen.subList(i, seen.size());
            }
            at++;
        }
        return List.of();
    }

    private String type(String commands) {
        Path output = folder.resolve("typed.log");
        try {
            Process process = command(commands)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            if (!process.waitFor(ClusterProcesses.PATIENCE.toSeconds() + 60, TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
                throw new AssertionError("not ended: " + commands + "\n" + read(output));
            }
            return read(output);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private ProcessBuilder command(String commands) {
        ProcessBuilder builder = new ProcessBuilder("sh", "-c", withPorts(commands)).directory(folder.toFile());
        String nodes = IntStream.range(port, port + 3)
                .mapToObj(p -> "http://127.0.0.1:" + p)
                .collect(Collectors.joining(","));
        builder.environment()
                .putAll(Map.of(
                        "CONCORD_NODES",
                        nodes,
                        "CONCORD_JAVA_OPTS",
                        "-Xmx256m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC"));
        return builder;
    }

    /// 8081 to 8084 for clients, 5001 to 5003 for nodes (and three behind the lab), 5007 for node 4, 8090 for the lab.
    private String withPorts(String commands) {
        return Pattern.compile("\\b(808[1-4]|500[1-7]|8090)\\b")
                .matcher(commands)
                .replaceAll(match -> {
                    int known = Integer.parseInt(match.group());
                    int own = known == 8090 ? port + 11 : known > 8000 ? port + known - 8081 : port + 4 + known - 5001;
                    return Integer.toString(own);
                });
    }

    /// The launcher of the repository builds and trains; this one runs the jar that is tested.
    private void writeLauncher() throws IOException {
        String options = withPorts("--http-base 8081 --peer-base 5001 --lab-port 8090 --ready-within ")
                + ClusterProcesses.PATIENCE.toSeconds();
        String script = "#!/bin/sh\n"
                + "if [ \"$1\" = up ]; then shift; set -- up " + options + " \"$@\"; fi\n"
                + "exec '" + String.join("' '", Cli.command()) + "' \"$@\"\n";
        Path launcher = folder.resolve("concord");
        Files.writeString(launcher, script);
        Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Path log() {
        return folder.resolve("up.log");
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return "";
        }
    }
}
