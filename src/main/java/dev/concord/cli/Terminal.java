package dev.concord.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/// Where a command reads and writes: results to `out`, everything about the run to `err`, always in UTF-8.
///
/// @param isInputTerminal whether a person types into `in`
/// @param isOutputTerminal whether a person reads `out`: only then colours
/// @param isErrorTerminal whether a person reads `err`: only then a progress line
record Terminal(
        InputStream in,
        PrintWriter out,
        PrintWriter err,
        boolean isInputTerminal,
        boolean isOutputTerminal,
        boolean isErrorTerminal) {
    /// Digits of the standard streams that are terminals, 012, as the launcher found them.
    private static final String STREAMS = System.getProperty("concord.terminal", "");

    /// The streams of this process.
    @SuppressWarnings("SystemConsoleNull") // since Java 25 it is null again where there is no terminal
    static Terminal ofProcess() {
        boolean unknown = STREAMS.isEmpty()
                && System.console() != null
                && System.console().isTerminal();
        return new Terminal(
                System.in,
                writer(FileDescriptor.out),
                writer(FileDescriptor.err),
                unknown || STREAMS.contains("0"),
                unknown || STREAMS.contains("1"),
                unknown || STREAMS.contains("2"));
    }

    private static PrintWriter writer(FileDescriptor stream) {
        OutputStream bytes = new BufferedOutputStream(new FileOutputStream(stream), 8192);
        return new PrintWriter(bytes, true, StandardCharsets.UTF_8);
    }

    /// Whether to use colours; https://no-color.org.
    boolean hasColours() {
        return isOutputTerminal && System.getenv().getOrDefault("NO_COLOR", "").isEmpty();
    }

    /// Whether a whole screen can be painted and keys be read.
    boolean isScreen() {
        return isInputTerminal && isOutputTerminal && !"dumb".equals(System.getenv("TERM"));
    }

    /// Shows how far the command is, in a line of its own that the next call replaces. Nothing without a terminal.
    void progress(String text) {
        if (isErrorTerminal) {
            err.print("\r" + text + "\u001b[K");
            err.flush();
        }
    }

    /// Removes the progress line.
    void endProgress() {
        progress("");
    }
}
