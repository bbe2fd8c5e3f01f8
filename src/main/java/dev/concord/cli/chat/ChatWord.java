package dev.concord.cli.chat;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/// The commands of the screen.
enum ChatWord {
    JOIN("ROOM", "go to a room; it is there as soon as somebody speaks in it"),
    LEAVE("[ROOM]", "leave a room"),
    ROOMS("", "all rooms of the cluster"),
    WHO("", "who is connected, in which rooms, at which node"),
    NODES("", "the nodes of the cluster"),
    REPLY("[SEQ] [TEXT]", "answer a message, or the newest of somebody else"),
    EDIT("[SEQ] [TEXT]", "give a message of yours a new text, or your newest"),
    DELETE("[SEQ]", "delete a message of yours, or your newest"),
    CLEAR("", "take these notices away"),
    HELP("", "this list"),
    QUIT("", "leave; Ctrl-D does the same");

    private final String arguments;
    private final String does;

    ChatWord(String arguments, String does) {
        this.arguments = arguments;
        this.does = does;
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<ChatWord> of(String name) {
        return Arrays.stream(values()).filter(word -> word.word().equals(name)).findFirst();
    }

    /// A hint for a mistyped word; empty without one.
    static String near(String name) {
        return Arrays.stream(values())
                .map(ChatWord::word)
                .filter(word -> !name.isEmpty() && (word.startsWith(name.substring(0, 1)) || word.contains(name)))
                .map(word -> "/" + word)
                .reduce((a, b) -> a + " or " + b)
                .map(words -> "; did you mean " + words + "?")
                .orElse("");
    }

    static String help() {
        String words = Arrays.stream(values())
                .map(word -> TextWidth.pad("/" + word.word() + " " + word.arguments, 22) + word.does)
                .collect(Collectors.joining("\n"));
        return words + "\n" + """
                PgUp PgDn, Shift-↑↓   scroll; history is read as you go
                Ctrl-N Ctrl-P         next and previous room
                ↑ ↓                   what you typed before
                Tab                   completes commands, rooms and names
                Alt-Enter             a line break; Esc follows the newest again
                marks of your own     ⋯ queued  → sending  ✓ 3,1 on the disks of nodes 3 and 1
                                      ? unknown, trying again with the same id  ✗ refused""";
    }
}
