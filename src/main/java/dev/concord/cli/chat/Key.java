package dev.concord.cli.chat;

import java.util.List;
import org.jline.keymap.KeyMap;

/// What a key does, and the sequences by which terminals send it.
enum Key {
    ENTER("\r", "\n"),
    NEW_LINE("\u001b\r", "\u001b\n"),
    BACKSPACE("\u007f", "\b"),
    DELETE("\u001b[3~"),
    LEFT("\u001b[D", "\u001bOD", "\u0002"),
    RIGHT("\u001b[C", "\u001bOC", "\u0006"),
    WORD_LEFT("\u001b[1;5D", "\u001b[1;3D", "\u001bb"),
    WORD_RIGHT("\u001b[1;5C", "\u001b[1;3C", "\u001bf"),
    HOME("\u001b[H", "\u001bOH", "\u001b[1~", "\u001b[7~", "\u0001"),
    END("\u001b[F", "\u001bOF", "\u001b[4~", "\u001b[8~", "\u0005"),
    OLDER("\u001b[A", "\u001bOA"),
    NEWER("\u001b[B", "\u001bOB"),
    KILL_WORD("\u0017", "\u001b\u007f"),
    KILL_TO_START("\u0015"),
    KILL_TO_END("\u000b"),
    YANK("\u0019"),
    PAGE_UP("\u001b[5~"),
    PAGE_DOWN("\u001b[6~"),
    LINE_UP("\u001b[1;2A", "\u001b[1;5A", "\u001b[a"),
    LINE_DOWN("\u001b[1;2B", "\u001b[1;5B", "\u001b[b"),
    NEXT_ROOM("\u000e", "\u001bn"),
    PREVIOUS_ROOM("\u0010", "\u001bp"),
    COMPLETE("\t"),
    REDRAW("\f"),
    PASTE("\u001b[200~"),
    FOCUS_IN("\u001b[I"),
    FOCUS_OUT("\u001b[O"),
    INTERRUPT("\u0003"),
    END_OF_INPUT("\u0004"),
    ESCAPE("\u001b"),
    TEXT;

    /// How long the rest of a sequence may take after ESC, on a slow line.
    static final long ESCAPE_MS = 100;

    @SuppressWarnings("ImmutableEnumChecker") // a list that nobody can change
    private final List<String> sequences;

    Key(String... sequences) {
        this.sequences = List.of(sequences);
    }

    static KeyMap<Key> map() {
        KeyMap<Key> map = new KeyMap<>();
        for (Key key : values()) {
            key.sequences.forEach(sequence -> map.bind(key, sequence));
        }
        map.setUnicode(TEXT);
        for (char c = ' '; c < 0x7f; c++) {
            map.bind(TEXT, Character.toString(c));
        }
        map.setAmbiguousTimeout(ESCAPE_MS);
        return map;
    }
}
