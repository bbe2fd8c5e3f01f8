package dev.concord.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concord.protocol.NodeId;
import dev.concord.runtime.StorageException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// S1: one process on one data directory.
class DirectoryLockTests {
    @TempDir
    Path folder;

    /// The other process: opens the log, says so, and keeps it until its input ends.
    static final class Holder {
        public static void main(String[] arguments) throws IOException {
            new JsonlSegmentLog(Path.of(arguments[0]), new NodeId(1)).recover();
            System.out.println("open");
            System.in.read();
            Runtime.getRuntime().halt(1);
        }
    }

    @Test
    void keepsASecondProcessOutUntilTheFirstHasDied() throws Exception {
        Process holder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Holder.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(holder.getInputStream(), StandardCharsets.UTF_8))) {
            String line = output.readLine();
            while (line != null && !line.equals("open")) {
                line = output.readLine();
            }
            JsonlSegmentLog log = new JsonlSegmentLog(folder, new NodeId(1));

            assertThatThrownBy(log::recover)
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("in use by another process (pid " + holder.pid() + ")");

            holder.destroyForcibly().waitFor();
            assertThat(log.recover().meta().self().id()).isEqualTo(new NodeId(1));
            log.close();
        } finally {
            holder.destroyForcibly();
        }
    }

    @Test
    void isNotLostWhenTheSameProcessTriesAgain() throws IOException {
        JsonlSegmentLog first = new JsonlSegmentLog(folder, new NodeId(1));
        first.recover();
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> new JsonlSegmentLog(folder, new NodeId(1)).recover())
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("in use");
        }
        first.close();
        new JsonlSegmentLog(folder, new NodeId(1)).recover();
    }
}
