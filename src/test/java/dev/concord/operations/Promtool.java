package dev.concord.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Prometheus's own judgement of rules and queries.
final class Promtool {
    private static final String NAME = "promtool";

    private Promtool() {}

    /// Skips the test where the tool is missing; CI must have it.
    static void isNeeded() {
        boolean there = Arrays.stream(System.getenv("PATH").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, NAME)));
        if (!"true".equals(System.getenv("CI"))) {
            assumeTrue(there, "promtool is not installed (Debian package prometheus): nothing was checked with it");
        }
        assertThat(there).as("promtool on the PATH of CI").isTrue();
    }

    /// Returns what it printed; fails the test if it refuses.
    static String run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(NAME));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
