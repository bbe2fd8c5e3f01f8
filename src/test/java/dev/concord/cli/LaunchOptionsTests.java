package dev.concord.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The cache for fast starts fits one set of options. Four places name it, and a difference shows as nothing but a slow
/// start.
class LaunchOptionsTests {
    @ParameterizedTest
    @ValueSource(strings = {"concord", "src/main/docker/concord", "Dockerfile"})
    void everyPlaceThatStartsANodeNamesTheSameOptions(String file) throws IOException {
        assertThat(Files.readString(Path.of(file))).contains(String.join(" ", JavaCommand.NODE_OPTIONS));
    }

    @ParameterizedTest
    @ValueSource(strings = {"concord", "src/main/docker/concord"})
    void everyScriptThatStartsANodeTunesItAlike(String file) throws IOException {
        assertThat(Files.readString(Path.of(file))).contains(String.join(" ", JavaCommand.NODE_TUNING));
    }
}
