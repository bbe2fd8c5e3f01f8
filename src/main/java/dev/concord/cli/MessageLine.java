package dev.concord.cli;

import dev.concord.cli.chat.HarmlessText;
import dev.concord.client.Message;
import dev.concord.client.Reference;
import org.jspecify.annotations.Nullable;

/// A message as one line for a person: `07:30:00 #42 general ada: hello`, and `#57 general ada (edit of #42): hi` for
/// one that refers to another.
final class MessageLine {
    private static final int TIME_FROM = "2026-11-22T".length();
    private static final int TIME_TO = "2026-11-22T07:30:00".length();

    private MessageLine() {}

    static String of(Message message, boolean withRoom) {
        return of(message, withRoom, false);
    }

    /// @param coloured whether a person reads it in colours
    static String of(Message message, boolean withRoom, boolean coloured) {
        String at = message.at();
        String time = at.length() >= TIME_TO ? at.substring(TIME_FROM, TIME_TO) + " " : "";
        String room = withRoom ? " " + message.room() : "";
        return Ansi.paint(time + "#" + message.seq() + room, Ansi.DIM, coloured) + " "
                + Ansi.paint(HarmlessText.line(message.sender()), Ansi.BOLD, coloured) + reference(message.reference())
                + ": " + HarmlessText.line(message.text());
    }

    private static String reference(@Nullable Reference reference) {
        if (reference == null) {
            return "";
        }
        return switch (reference.kind()) {
            case REPLY -> " (reply to #" + reference.seq() + ")";
            case EDIT -> " (edit of #" + reference.seq() + ")";
            case DELETE -> " (deleted #" + reference.seq() + ")";
        };
    }
}
