package dev.concord.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.fuzz.Fuzzer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
}
