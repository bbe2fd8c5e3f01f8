package dev.concord.system;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A terminal with a person before it: a tmux server of its own, with one window.
final class Tmux implements AutoCloseable {
    private static final String SHELL = "shell-is-back$";

    private final Shell shell;
    private final String socket;

    Tmux(Path folder, int width, int height) {
        this.socket = folder.resolve("tmux").toString();
        this.shell = new Shell(folder, Map.of("TMUX", "", "LC_ALL", "C.UTF-8", "TERM", "xterm-256color"));
        tmux(
                "-f",
                "/dev/null",
                "new-session",
                "-d",
                "-x",
                "" + width,
                "-y",
                "" + height,
                "env PS1='" + SHELL + " ' bash --norc --noprofile");
        awaitSeen(SHELL);
    }

    private String tmux(String... arguments) {
        List<String> command = new ArrayList<>(List.of("tmux", "-S", socket));
        command.addAll(List.of(arguments));
        return shell.run(command.toArray(String[]::new));
    }

    /// Types a line and ends it with Enter.
    void line(String text) {
        type(text);
        key("Enter");
    }

    void type(String text) {
        tmux("send-keys", "-l", text);
    }

    /// Presses a key by its name in tmux, such as PPage.
    void key(String name) {
        tmux("send-keys", name);
    }

    void paste(String text) {
        tmux("set-buffer", text);
        tmux("paste-buffer", "-p");
    }

    void resize(int width, int height) {
        tmux("resize-window", "-x", "" + width, "-y", "" + height);
    }

    /// What the person sees.
    String screen() {
        return tmux("capture-pane", "-p");
    }

    /// The same with its colours.
    String colouredScreen() {
        return tmux("capture-pane", "-p", "-e");
    }

    List<String> rows() {
        return screen().lines().toList();
    }

    void awaitSeen(String... texts) {
        for (String text : texts) {
            await(text, true);
        }
    }

    void awaitGone(String text) {
        await(text, false);
    }

    private void await(String text, boolean there) {
        try {
            ClusterProcesses.await(
                    "the screen " + (there ? "shows " : "no longer shows ") + text,
                    () -> screen().contains(text) == there);
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "; it shows:\n" + screen(), e);
        }
    }

    /// Starts a program that takes the whole screen.
    void start(List<String> command) {
        line(String.join(" ", command) + "; echo ended with $?");
    }

    /// The program has ended well and the terminal is as it was.
    void awaitEnd() {
        awaitSeen("ended with 0");
    }

    @Override
    public void close() {
        shell.attempt("tmux", "-S", socket, "kill-server");
    }
}
