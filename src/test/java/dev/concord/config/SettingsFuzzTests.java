package dev.concord.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concord.fuzz.Fuzzer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a person may write into a settings file: settings, or a sentence that says where and what is wrong.
class SettingsFuzzTests {
    private static final List<byte[]> GOOD = Stream.of(
                    "node_id: 1\nport: 5001\nhttp_port: 8081\n",
                    "# a node\nnode_id: 2\nhost: 127.0.0.1\nport: 5002\nseed_nodes:\n  - {node_id: 1, host: localhost, port: 5001}\n"
                            + "  - node_id: 3\n    host: \"localhost\"\n    port: 5003\nheartbeat_interval_ms: 100\n")
            .map(text -> text.getBytes(StandardCharsets.UTF_8))
            .toList();

    /// Input 47759 of seed 2: the parser runs over the end of its buffer of 1025 characters.
    private static final String OVER_THE_END_OF_THE_BUFFER = """
            I2VfaWQ7IDEwMFEwMDAwMDAwMDAwLHsiYSI6eyJhImEiLi4vOnsiYSI6eyJhIjoiYTAwMDBwMDAwMDB7ImE6eyJhIjp7ImEiOnsi
            YTAwMDAwMDAwMDAwMDAwMDB7ImEiOnsiYToiZSJCMTYzOGEiOnsiYSI6eyJhIjp7ImEiOnsiYSJhYWFhYWFhYWFhYWFhYWFhYWFh
            YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWF7ImEiOnsiYSI6eyJhMDAwMDAwMDAwMDAw
            MDAwMHsiYSI6eyJhOiJlIkIxNjM4YSI6eyJhIjp7ImEiOnsiYSI6eyJhImFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFh
            YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFh
            YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWE6YWFhYWFhYWFhYWFhYWFh8J+YgGFh
            YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFxYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFh
            YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhOnsiYSI6eyJhIjp7ImEiOnsiYSI6e3siYSI6eyJhImFhYWFhYWFhYWFhYWFhYWFh
            YWFhYWFhYWFhYTp7ImEiOnsiYSI6eyJhIjp7ImEiOnt7ImEiOnsiYSJhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFh
            YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhOmFhYWFh
            YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFh
            YWFhYWFhYTp7ImEiOnsiYSI6eyJhIjp7ImEiOnt7ImEiOnsiYSJhYWFhYWFhYWFhYWFhYWFhYWFhYWFhMjIzMzcyMDM2ODU0YWFh
            YWHwn5iAYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFh
            YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYTphYWFhYWFhYWFhYWFhYWHwn5iAYWFhYWFhYWFhYWFhYWFhYWFh
            YWFhYWFhYXFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFh
            YWFhYWFhYWFhYWE6eyJhIjp7ImEiOnsiYSI6eyJhIjp7eyJhIjp7ImEiYWFhYWFhYWFhYWFhYWFhYWFhYWFhYTIyMzM3MjAzNjg1
            NDc3NTgwOGU5LjUsCmh0dHBfcG9ydDogMjEK
            """;

    @TempDir
    private Path folder;

    @Test
    void areSettingsOrRefusedInASentence() {
        Path file = folder.resolve("node.yml");
        Fuzzer.attack("settings files", GOOD, bytes -> {
            Files.write(file, bytes);
            try {
                SettingsReader.read(SettingsFile.read(file), new ArrayList<>());
                return true;
            } catch (SettingsException e) {
                assertThat(e.getMessage()).isNotBlank();
                return false;
            }
        });
    }

    @Test
    void whatTheParserTripsOverIsRefusedInASentenceToo() throws IOException {
        Path file =
                Files.write(folder.resolve("node.yml"), Base64.getMimeDecoder().decode(OVER_THE_END_OF_THE_BUFFER));

        assertThatThrownBy(() -> SettingsFile.read(file))
                .isInstanceOf(SettingsException.class)
                .hasMessage(file + ": this is not YAML: write one `key: value` a line.");
    }
}
