package dev.concord.cli;

import dev.concord.client.Message;

/// A message as one line for a person: `07:30:00 #42 general ada: hello`.
final class MessageLine {
    private static final int TIME_FROM = "2026-11-22T".length();
    private static final int TIME_TO = "2026-11-22T07:30:00".length();

    private MessageLine() {}

    static String of(Message message, boolean withRoom) {
        String at = message.at();
        String time = at.length() >= TIME_TO ? at.substring(TIME_FROM, TIME_TO) + " " : "";
        String room = withRoom ? " " + message.room() : "";
        return time + "#" + message.seq() + room + " " + Terminal.harmless(message.sender()) + ": "
                + Terminal.harmless(message.text());
    }
}
