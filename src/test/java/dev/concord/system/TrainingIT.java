package dev.concord.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The training run that makes the cache for fast starts, in a real Java.
class TrainingIT {
    @TempDir
    private Path folder;

    @Test
    void makesACacheThatJavaTakesAndLeavesNothingElse() throws Exception {
        Path cache = folder.resolve("concord.aot");
        Path scratch = Files.createDirectory(folder.resolve("scratch"));

        assertThat(java("-Djava.io.tmpdir=" + scratch, "-XX:AOTCacheOutput=" + cache, "-jar", jar(), "train"))
                .as(said())
                .isZero();

        assertThat(cache).exists();
        assertThat(scratch).isEmptyDirectory();
        // with the mode "on", Java refuses to start when it cannot use the cache
        assertThat(java("-XX:AOTMode=on", "-XX:AOTCache=" + cache, "-jar", jar(), "--version"))
                .as(said())
                .isZero();
    }

    private String said() throws Exception {
        Path log = folder.resolve("log");
        return Files.exists(log) ? Files.readString(log) : "";
    }

    private int java(String... arguments) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("CONCORD_"));
        Process process = builder.start();
        boolean ended = process.waitFor(120, TimeUnit.SECONDS);
        process.destroyForcibly();
        return ended ? process.exitValue() : -1;
    }

    private static String jar() {
        return System.getProperty("concord.jar");
    }
}
