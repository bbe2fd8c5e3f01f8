package dev.concord.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The jar under test as it is installed: unpacked, and beside it the cache of a training run, as `./concord` and the
/// image have it. A start takes about half of what it takes from the packed jar, and tests start hundreds.
final class Program {
    /// The jar of this build.
    static final Path PACKED =
            Path.of(System.getProperty("concord.jar", "target/concord.jar")).toAbsolutePath();
    /// What each Java runs with; the cache fits these options only (`JavaCommand`).
    private static final List<String> OPTIONS =
            List.of("-XX:+UseCompactObjectHeaders", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED");

    /// Without the second compiler, which pays only for those who run for long.
    static final String FAST_START = "-XX:TieredStopAtLevel=1";

    private Program() {}

    /// Java as the tests use it.
    static List<String> java() {
        List<String> java = plainJava();
        java.add(FAST_START);
        return java;
    }

    /// What tells Java to run the program.
    static List<String> installed() {
        return List.of("-XX:AOTCache=" + Installed.CACHE, "-Xlog:aot=off", "-jar", Installed.JAR.toString());
    }

    private static List<String> plainJava() {
        List<String> java = new ArrayList<>();
        java.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        java.addAll(OPTIONS);
        return java;
    }

    /// Made when a test first asks for it, and anew when the packed jar is newer.
    private static final class Installed {
        private static final Path FOLDER = PACKED.resolveSibling("installed");
        private static final Path JAR = FOLDER.resolve("concord.jar");
        private static final Path CACHE = FOLDER.resolve("concord.aot");

        static {
            try {
                if (!Files.exists(CACHE)
                        || Files.getLastModifiedTime(CACHE).compareTo(Files.getLastModifiedTime(PACKED)) < 0) {
                    Files.deleteIfExists(CACHE);
                    run(
                            "-Djarmode=tools",
                            "-jar",
                            PACKED.toString(),
                            "extract",
                            "--force",
                            "--destination",
                            FOLDER.toString());
                    run("-XX:AOTCacheOutput=" + CACHE, "-jar", JAR.toString(), "train");
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /// Without the environment: settings in it are for other nodes.
        private static void run(String... arguments) {
            List<String> command = new ArrayList<>(List.of("env", "-i"));
            command.addAll(plainJava());
            command.addAll(List.of(arguments));
            new Shell(Path.of("").toAbsolutePath(), Map.of()).run(command.toArray(String[]::new));
        }
    }
}
