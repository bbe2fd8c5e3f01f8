package dev.concord.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Replays the plays of `src/test/resources/scenarios`: `#` is prose, `>` a command, and everything else what the nodes
/// said. `-Dscenarios.update=true` writes down what they say now, for a reviewer to read the difference.
class ScenarioTests {
    private static final Path SCENARIOS = Path.of("src", "test", "resources", "scenarios");

    static List<Path> scenarios() throws IOException {
        try (Stream<Path> files = Files.list(SCENARIOS)) {
            return files.filter(f -> f.toString().endsWith(".txt")).sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void nodesSayWhatIsWrittenDown(Path file) throws IOException {
        String expected = Files.readString(file);
        String actual = replay(expected);
        if (Boolean.getBoolean("scenarios.update")) {
            Files.writeString(file, actual);
        } else {
            assertThat(actual).as("what the nodes say in %s", file).isEqualTo(expected);
        }
    }

    static String replay(String script) {
        Scenario scenario = new Scenario();
        StringBuilder transcript = new StringBuilder();
        for (String line : script.lines().toList()) {
            boolean command = line.startsWith("> ");
            if (command || line.startsWith("#") || line.isBlank()) {
                transcript.append(line).append('\n');
            }
            if (command) {
                transcript.append(scenario.perform(line.substring(2)));
            }
        }
        return transcript.toString();
    }
}
