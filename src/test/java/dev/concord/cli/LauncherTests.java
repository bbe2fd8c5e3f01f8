package dev.concord.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The launcher script with JDKs and a build that are scripts themselves and tell what they were asked.
class LauncherTests {
    private static final Instant LONG_AGO = Instant.parse("2020-01-01T00:00:00Z");

    @TempDir
    private Path temporary;

    private Path home;
    private final Map<String, String> environment = new TreeMap<>();

    @BeforeEach
    void copyTheLauncher() throws IOException {
        home = Files.createDirectories(temporary.resolve("a folder with spaces"));
        Files.createDirectories(home.resolve("src/main"));
        Files.writeString(home.resolve("pom.xml"), "<project/>");
        Files.copy(Path.of("concord"), home.resolve("concord"));
        executable(home.resolve("concord"));
        script(home.resolve("mvnw"), "echo build with $JAVA_HOME; mkdir -p target; echo built > target/concord.jar");
        environment.put("PATH", "/usr/bin:/bin");
        environment.put("CONCORD_JDK_FOLDERS", "");
    }

    @Nested
    class LooksForAJdk {
        @Test
        void inJavaHome() throws Exception {
            environment.put("JAVA_HOME", jdk("jdk-25", 25).toString());

            assertThat(run("status").out()).contains("jdk-25 runs");
        }

        @Test
        void onThePathWhenJavaHomeIsTooOld() throws Exception {
            environment.put("JAVA_HOME", jdk("jdk-17", 17).toString());
            environment.put("PATH", jdk("jdk-26", 26).resolve("bin") + ":/usr/bin:/bin");

            assertThat(run("status").out()).contains("jdk-26 runs");
        }

        @Test
        void inTheUsualFolders() throws Exception {
            jdk("jvm/jdk-17", 17);
            jdk("jvm/jdk-25", 25);
            environment.put("CONCORD_JDK_FOLDERS", temporary.resolve("jvm") + "/*");

            assertThat(run("status").out()).contains("jdk-25 runs");
        }

        @Test
        void andSaysInOneLineHowToGetOne() throws Exception {
            environment.put("JAVA_HOME", jdk("jdk-17", 17).toString());

            Result result = run("status");

            assertThat(result.exitCode()).isEqualTo(3);
            assertThat(result.err()).startsWith("concord: no JDK 25 found: install one (");
            assertThat(result.err().lines()).hasSize(1);
            assertThat(result.out()).isEmpty();
        }
    }

    @Nested
    class Builds {
        @BeforeEach
        void useAJdk() throws IOException {
            environment.put("JAVA_HOME", jdk("jdk-25", 25).toString());
        }

        @Test
        void whenThereIsNoJar() throws Exception {
            Result result = run("status");

            assertThat(result.err()).contains("building target/concord.jar").contains("build with " + temporary);
            assertThat(result.exitCode()).isZero();
        }

        @Test
        void onlyOnce() throws Exception {
            run("status");

            assertThat(run("status").err()).isEmpty();
        }

        @Test
        void againWhenASourceIsNewer() throws Exception {
            run("status");
            Files.setLastModifiedTime(home.resolve("target/concord.jar"), FileTime.from(LONG_AGO));
            Files.writeString(home.resolve("src/main/New.java"), "class New {}");

            assertThat(run("status").err()).contains("building target/concord.jar");
        }

        @Test
        void andStopsWhenThatFails() throws Exception {
            script(home.resolve("mvnw"), "echo it does not compile; exit 1");

            Result result = run("status");

            assertThat(result.exitCode()).isEqualTo(1);
            assertThat(result.err()).contains("it does not compile", "concord: the build failed");
        }
    }

    @Nested
    class HandsOver {
        @BeforeEach
        void useAJdk() throws IOException {
            environment.put("JAVA_HOME", jdk("jdk-25", 25).toString());
        }

        @Test
        void theArgumentsAsTheyAre() throws Exception {
            assertThat(run("send", "--as", "ada l", "two words", "").out())
                    .contains("<send><--as><ada l><two words><>");
        }

        @Test
        void helpWhenThereAreNone() throws Exception {
            assertThat(run().out()).contains("concord.jar><--help>");
        }

        @Test
        void optionsForRunningFastToANode() throws Exception {
            environment.put("CONCORD_JAVA_OPTS", "-Xmx300m -Dx=y");

            assertThat(run("node", "--node-id", "2").out())
                    .contains("<-XX:+UseCompactObjectHeaders>", "<-Xmx300m><-Dx=y>")
                    .doesNotContain("TieredStopAtLevel");
        }

        @Test
        void optionsForStartingFastToACommand() throws Exception {
            assertThat(run("status").out()).contains("<-XX:TieredStopAtLevel=1>");
        }

        @Test
        void optionsForRunningFastToABenchmarkButNotThoseOfTheNodes() throws Exception {
            environment.put("CONCORD_JAVA_OPTS", "-Dx=y");

            assertThat(run("bench", "fanout").out())
                    .contains("<-XX:+UseCompactObjectHeaders>", "<bench><fanout>")
                    .doesNotContain("TieredStopAtLevel", "-Dx=y", "-Xmn");
        }

        @Test
        void theSameOptionsToANodeAsUpDoes() throws Exception {
            assertThat(run("node").out())
                    .contains("<" + String.join("><", JavaCommand.NODE_OPTIONS) + ">")
                    .contains("<" + String.join("><", JavaCommand.NODE_TUNING) + ">");
        }

        @Test
        void theExitCode() throws Exception {
            script(jdk("jdk-25", 25).resolve("bin/java"), "exit 42");
            Files.createDirectories(home.resolve("target/concord"));

            assertThat(run("status").exitCode()).isEqualTo(42);
        }

        @Test
        void alsoThroughALink() throws Exception {
            Path link = Files.createSymbolicLink(temporary.resolve("concord-link"), home.resolve("concord"));

            assertThat(start(link, "status").out()).contains("jdk-25 runs", "<status>");
        }
    }

    @Nested
    class LetsJavaLearn {
        private Path cache;

        @BeforeEach
        void useAJdk() throws IOException {
            environment.put("JAVA_HOME", jdk("jdk-25", 25).toString());
            cache = home.resolve("target/concord/concord.aot");
        }

        @Test
        void onceAndUsesWhatItLearnt() throws Exception {
            assertThat(run("status").err()).contains("preparing fast starts");

            Result second = run("status");

            assertThat(second.err()).isEmpty();
            assertThat(second.out()).contains("<-XX:AOTCache=" + cache + ">").endsWith("<status>");
        }

        @Test
        void withTheOptionsThatEveryRunHas() throws Exception {
            run("status");

            assertThat(cache)
                    .content()
                    .contains("<" + String.join("><", JavaCommand.NODE_OPTIONS) + ">")
                    .contains("<train>");
        }

        @Test
        void withoutTheSettingsOfTheUsersNode() throws Exception {
            environment.put("CONCORD_HTTP_PORT", "8080");

            run("status");

            assertThat(cache).content().doesNotContain("CONCORD_HTTP_PORT");
        }

        @Test
        void againForAnotherJdk() throws Exception {
            run("status");
            environment.put("JAVA_HOME", jdk("jdk-26", 26).toString());

            assertThat(run("status").err()).contains("preparing fast starts");
            assertThat(run("status").err()).isEmpty();
        }

        @Test
        void andGoesOnWithoutWhenThatFails() throws Exception {
            environment.put("JAVA_HOME", jdk("jdk-25-cannot", 25).toString());

            Result first = run("status");

            assertThat(first.exitCode()).isZero();
            assertThat(first.out()).doesNotContain("AOTCache").endsWith("<status>");
            assertThat(run("status").err()).isEmpty();
        }
    }

    private record Result(int exitCode, String out, String err) {}

    private Result run(String... arguments) throws IOException, InterruptedException {
        return start(home.resolve("concord"), arguments);
    }

    private Result start(Path launcher, String... arguments) throws IOException, InterruptedException {
        Path out = temporary.resolve("out.txt");
        Path err = temporary.resolve("err.txt");
        List<String> command = new ArrayList<>(List.of(launcher.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(temporary.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        Process process = builder.start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    /// A JDK whose java prints its name and arguments, unpacks a jar when asked to, and writes what it was
    /// asked and the environment into the cache that it is asked for.
    private Path jdk(String name, int version) throws IOException {
        Path jdk =
                Files.createDirectories(temporary.resolve(name).resolve("bin")).getParent();
        Files.writeString(jdk.resolve("release"), "IMPLEMENTOR=\"X\"\nJAVA_VERSION=\"" + version + ".0.1\"\n");
        script(jdk.resolve("bin/javac"), "true");
        script(jdk.resolve("bin/java"), """
                if [ "$1" = -Djarmode=tools ]; then
                    while [ "$1" != --destination ]; do shift; done
                    mkdir -p "$2"; echo unpacked > "$2/concord.jar"
                    exit
                fi
                for argument; do
                    case $argument in
                        -XX:AOTCacheOutput=*) output=${argument#*=} ;;
                    esac
                done
                if [ -n "$output" ]; then
                    case NAME in *-cannot) exit 1 ;; esac
                    { printf '<%s>' "$@"; env; } > "$output"
                    exit
                fi
                echo NAME runs
                for argument; do printf '<%s>' "$argument"; done
                """.replace(
                        "NAME", Path.of(name).getFileName().toString()));
        return jdk;
    }

    private static void script(Path file, String body) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + body + "\n", StandardCharsets.UTF_8);
        executable(file);
    }

    private static void executable(Path file) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
