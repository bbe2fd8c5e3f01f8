package dev.concord.bench;

import java.nio.charset.StandardCharsets;

/// The message that is sent again and again: JSON with a text of a given length, and room for a time in it.
///
/// @param room where it goes
/// @param textBytes length of the text
public record Payload(String room, int textBytes) {
    /// The longest text that a node takes by its default settings.
    public static final int MAX_TEXT_BYTES = 16 * 1024;
    /// A text of this length at least holds [#STAMP] and a number.
    public static final int MIN_TEXT_BYTES = 24;

    /// Stands before the time at which a message was sent.
    static final byte[] STAMP = "\"text\":\"@".getBytes(StandardCharsets.US_ASCII);

    public Payload {
        if (textBytes < MIN_TEXT_BYTES || textBytes > MAX_TEXT_BYTES) {
            throw new IllegalArgumentException(
                    "a text has " + MIN_TEXT_BYTES + " to " + MAX_TEXT_BYTES + " bytes, not " + textBytes);
        }
    }

    /// The JSON of one message.
    byte[] json() {
        return stamped(0);
    }

    /// The JSON of one message that says when it was sent.
    byte[] stamped(long nanos) {
        String stamp = "@" + nanos + " ";
        String text = stamp + "x".repeat(Math.max(0, textBytes - stamp.length()));
        return ("{\"sender\":\"bench\",\"room\":\"" + room + "\",\"text\":\"" + text + "\"}")
                .getBytes(StandardCharsets.US_ASCII);
    }

    /// The time within `[from, to)` of a message that [#stamped] made, or -1.
    static long stampIn(byte[] bytes, int from, int to) {
        int at = Bytes.indexOf(bytes, from, to, STAMP);
        return at < 0 ? -1 : Bytes.number(bytes, at + STAMP.length, to);
    }
}
