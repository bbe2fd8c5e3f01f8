package dev.concord.cli.chat;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jline.terminal.Attributes;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/// The terminal of this process, taken over for a full screen: every key comes as it is pressed. However the program
/// ends, it is given back as it was; only SIGKILL is too fast for that.
final class RawTerminal implements AutoCloseable {
    private static final Size USUAL = new Size(80, 24);

    private final Terminal terminal;
    private final Attributes before;
    private final Thread restore = new Thread(this::restore, "concord-terminal");

    private RawTerminal(Terminal terminal) {
        this.terminal = terminal;
        this.before = terminal.enterRawMode();
    }

    static RawTerminal open() throws IOException {
        RawTerminal raw = new RawTerminal(TerminalBuilder.builder()
                .system(true)
                .stdinEncoding(StandardCharsets.UTF_8) // whatever the locale says: in an SSH session often nothing
                .stdoutEncoding(StandardCharsets.UTF_8)
                .build());
        Runtime.getRuntime().addShutdownHook(raw.restore); // also when the connection of an SSH session ends
        Attributes attributes = raw.terminal.getAttributes();
        attributes.setLocalFlag(Attributes.LocalFlag.ISIG, false); // Ctrl-C is a key here
        attributes.setInputFlag(Attributes.InputFlag.IXON, false); // and Ctrl-S does not freeze
        raw.terminal.setAttributes(attributes);
        raw.print(Painter.ENTER);
        return raw;
    }

    Terminal keys() {
        return terminal;
    }

    Size size() {
        Size size = terminal.getSize();
        boolean unknown = size.getColumns() < 1 || size.getRows() < 1;
        return unknown ? USUAL : size;
    }

    void onResize(Runnable then) {
        terminal.handle(Terminal.Signal.WINCH, _ -> then.run());
    }

    void print(String text) {
        terminal.writer().print(text);
        terminal.flush();
    }

    /// When Java ends, the library may have closed its terminal a moment before; so this writes past it.
    private void restore() {
        try {
            new FileOutputStream(FileDescriptor.out).write(Painter.LEAVE.getBytes(StandardCharsets.UTF_8));
            terminal.setAttributes(before);
        } catch (IOException | IllegalStateException e) {
            // the terminal is gone, or the library has given its attributes back already
        }
    }

    @Override
    public void close() throws IOException {
        restore();
        try {
            Runtime.getRuntime().removeShutdownHook(restore);
        } catch (IllegalStateException e) {
            // Java ends already, and the hook does the same once more
        }
        terminal.close();
    }
}
