package dev.concord.cli.chat;

import java.io.IOError;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jline.keymap.BindingReader;
import org.jline.keymap.KeyMap;
import org.jline.reader.EndOfFileException;
import org.jline.terminal.Terminal;

/// Reads keys, and hands each over with the text it stands for.
final class KeyReader implements Runnable {
    private static final String PASTE_END = "\u001b[201~";

    private final BindingReader reader;
    private final KeyMap<Key> map = Key.map();
    private final Consumer<Runnable> hand;
    private final BiConsumer<Key, String> pressed;

    KeyReader(Terminal terminal, Consumer<Runnable> hand, BiConsumer<Key, String> pressed) {
        this.reader = new BindingReader(terminal.reader());
        this.hand = hand;
        this.pressed = pressed;
    }

    @Override
    public void run() {
        try {
            while (true) {
                Key key = reader.readBinding(map, null, true);
                if (key == null) {
                    break;
                }
                String text = key == Key.PASTE ? reader.readStringUntil(PASTE_END) : reader.getLastBinding();
                hand.accept(() -> pressed.accept(key, text == null ? "" : text));
            }
        } catch (EndOfFileException | IOError e) {
            // the terminal is gone
        }
        for (int i = 0; i < 3; i++) { // empties the line, asks, and leaves
            hand.accept(() -> pressed.accept(Key.INTERRUPT, ""));
        }
    }
}
