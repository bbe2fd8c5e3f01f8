package dev.concord.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import tlc2.TLC;

/// The model checker of the TLA+ tools, in a process of its own: it keeps its state in static fields.
final class Tlc {
    static final int HOLDS = 0;
    static final int VIOLATED = 12;

    private static final Path OUTPUT = Path.of("target", "model");

    private Tlc() {}

    /// @param exitCode [#HOLDS], [#VIOLATED] or an error
    /// @param output all that it printed, kept in `file`
    record Verdict(int exitCode, String output, Path file) {
        boolean names(String invariant) {
            return output.contains("Invariant " + invariant + " is violated");
        }
    }

    /// Searches the whole state space of a configuration, or up to the first violation.
    static Verdict search(String name, String configuration, long minutes) throws IOException, InterruptedException {
        Files.createDirectories(OUTPUT);
        Path config =
                Files.writeString(OUTPUT.resolve(name + ".cfg"), configuration).toAbsolutePath();
        Path output = OUTPUT.resolve(name + ".out");
        Path states = Files.createTempDirectory(OUTPUT.toAbsolutePath(), "states");
        Process tlc = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseParallelGC",
                        "-cp",
                        tools(),
                        TLC.class.getName(),
                        "-workers",
                        "auto",
                        "-cleanup",
                        "-metadir",
                        states.toString(),
                        "-config",
                        config.toString(),
                        "Searches.tla"))
                .directory(Search.FOLDER.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            boolean ended = tlc.waitFor(minutes, TimeUnit.MINUTES);
            return new Verdict(ended ? tlc.exitValue() : -1, Files.readString(output), output);
        } finally {
            tlc.destroyForcibly();
        }
    }

    private static String tools() {
        try {
            return Path.of(TLC.class
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (URISyntaxException e) {
            throw new UncheckedIOException(new IOException(e));
        }
    }
}
