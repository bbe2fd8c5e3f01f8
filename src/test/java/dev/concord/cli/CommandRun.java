package dev.concord.cli;

import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;

/// One command line, run inside the test: exit code and what was printed.
record CommandRun(int exitCode, String out, String err) {
    static CommandRun of(String... args) {
        return withInput("", args);
    }

    static CommandRun withInput(String input, String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitCode =
                commandLine(input, out, err, args.length == 0 ? "" : args[0]).execute(args);
        return new CommandRun(exitCode, out.toString(), err.toString());
    }

    /// All commands, for who looks at them without running any.
    static CommandLine commandLine() {
        return commandLine("");
    }

    /// What the program makes for a line that begins with this word.
    static CommandLine commandLine(String first) {
        return commandLine("", new StringWriter(), new StringWriter(), first);
    }

    private static CommandLine commandLine(String input, StringWriter out, StringWriter err, String first) {
        Terminal terminal = new Terminal(
                new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                new PrintWriter(out, true),
                new PrintWriter(err, true),
                false,
                false,
                false);
        return ConcordCommand.commandLine(CommandRun.class, terminal, first);
    }
}
