package dev.concord.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A command of the jar, run as a user runs it.
final class Cli {
    private Cli() {}

    record Result(int status, String output) {}

    static Result run(String... arguments) {
        return run(Map.of(), arguments);
    }

    /// The same with environment variables.
    static Result run(Map<String, String> environment, String... arguments) {
        return run(environment, command(arguments));
    }

    /// The command line that runs a command.
    static List<String> command(String... arguments) {
        return command(Program.installed(), arguments);
    }

    /// The same with another jar.
    static List<String> commandOf(String jar, String... arguments) {
        return command(List.of("-jar", jar), arguments);
    }

    private static List<String> command(List<String> program, String... arguments) {
        List<String> command = new ArrayList<>(Program.java());
        command.addAll(program);
        command.addAll(List.of(arguments));
        return command;
    }

    static Result run(Map<String, String> environment, List<String> command) {
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
            builder.environment().putAll(environment);
            Process process = builder.start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Result(process.waitFor(), output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
