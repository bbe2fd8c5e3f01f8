package dev.concord.kubernetes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// The real `kubectl`, told of one server and of nothing else on this machine.
final class Kubectl {
    private static final int TIMEOUT_SECONDS = 120;

    private final Path home;
    private final String server;

    /// @param home an empty folder, in which it keeps what it learnt of the server
    Kubectl(Path home, String server) {
        this.home = home;
        this.server = server;
    }

    /// @param out what it printed on either stream
    record Run(int exitCode, String out) {}

    /// The binary: the one that `KUBECTL` names, or the one on the path.
    static String binary() {
        return System.getenv().getOrDefault("KUBECTL", "kubectl");
    }

    static boolean isThere() {
        try {
            return new ProcessBuilder(binary(), "version", "--client")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    Run run(String... arguments) {
        List<String> command = new ArrayList<>(List.of(binary()));
        command.addAll(List.of(arguments));
        return execute(command);
    }

    /// Runs a script that calls this `kubectl`, however the machine calls it.
    Run script(Path script, String... arguments) {
        try {
            Path kubectl = home.resolve("kubectl");
            Files.deleteIfExists(kubectl);
            Files.writeString(
                    kubectl, "#!/bin/sh\nPATH='" + System.getenv("PATH") + "' exec " + binary() + " \"$@\"\n");
            if (!kubectl.toFile().setExecutable(true)) {
                throw new IOException(kubectl + " cannot be made executable");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<String> command = new ArrayList<>(List.of("sh", script.toString()));
        command.addAll(List.of(arguments));
        return execute(command);
    }

    private Run execute(List<String> command) {
        try {
            Path output = Files.createTempFile(home, "kubectl", ".out");
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
            Map<String, String> environment = builder.environment();
            environment.keySet().removeIf(name -> name.toLowerCase(Locale.ROOT).endsWith("_proxy"));
            environment.put("HOME", home.toString());
            environment.merge("PATH", home.toString(), (path, first) -> first + ":" + path);
            environment.put("KUBECONFIG", config().toString());
            Process process = builder.start();
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(
                        "still running after " + TIMEOUT_SECONDS + " s: " + command + "\n" + Files.readString(output));
            }
            return new Run(process.exitValue(), Files.readString(output));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private Path config() throws IOException {
        return Files.writeString(home.resolve("config"), """
                apiVersion: v1
                kind: Config
                clusters: [{name: double, cluster: {server: "%s"}}]
                users: [{name: test, user: {}}]
                contexts: [{name: double, context: {cluster: double, user: test, namespace: default}}]
                current-context: double
                """.formatted(server));
    }
}
