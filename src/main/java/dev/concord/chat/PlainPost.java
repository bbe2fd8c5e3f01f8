package dev.concord.chat;

import dev.concord.protocol.ByteSearch;
import dev.concord.protocol.ChatBody;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// A message as most programs write it: one flat JSON object of `sender`, `text`, and perhaps `room` and `id`, all
/// printable ASCII without an escape. Its bytes are canonical as they came, so nothing has to be decoded and encoded
/// again: sender and text are never made text of.
///
/// Whatever is not quite like that (another alphabet, an escape, a reference, a mistake) is no plain post, and left to
/// the parser of [PostReader], which also has the words for what is wrong.
final class PlainPost {
    private static final byte[] SENDER = ascii("sender");
    private static final byte[] TEXT = ascii("text");
    private static final byte[] ROOM = ascii("room");
    private static final byte[] ID = ascii("id");

    private int sender = -1;
    private int senderEnd;
    private int text = -1;
    private int textEnd;
    private @Nullable String room;
    private @Nullable String id;

    private PlainPost() {}

    private static byte[] ascii(String name) {
        return name.getBytes(StandardCharsets.US_ASCII);
    }

    /// The message that is `bytes[from, to)`, or null if it is no plain one.
    static @Nullable PlainPost read(byte[] bytes, int from, int to) {
        PlainPost post = new PlainPost();
        int at = skipSpace(bytes, from, to);
        byte before = '{';
        while (at < to && bytes[at] == before) {
            at = post.field(bytes, skipSpace(bytes, at + 1, to), to);
            if (at < 0) {
                return null;
            }
            before = ',';
        }
        boolean ended = before == ',' && at < to && bytes[at] == '}' && skipSpace(bytes, at + 1, to) == to;
        return ended && post.sender >= 0 && post.text >= 0 ? post : null;
    }

    /// Takes the field that begins at `from`.
    ///
    /// @return where what follows it begins, or -1 if this is no plain field, or one that was there before
    private int field(byte[] bytes, int from, int to) {
        int nameEnd = endOfString(bytes, from, to);
        int colon = nameEnd < 0 ? to : skipSpace(bytes, nameEnd + 1, to);
        if (colon >= to || bytes[colon] != ':') {
            return -1;
        }
        int value = skipSpace(bytes, colon + 1, to);
        int end = endOfString(bytes, value, to);
        boolean taken = end >= 0 && take(bytes, from + 1, nameEnd, value + 1, end);
        return taken ? skipSpace(bytes, end + 1, to) : -1;
    }

    private boolean take(byte[] bytes, int name, int nameEnd, int from, int to) {
        if (text < 0 && is(TEXT, bytes, name, nameEnd)) {
            text = from;
            textEnd = to;
        } else if (sender < 0 && is(SENDER, bytes, name, nameEnd)) {
            sender = from;
            senderEnd = to;
        } else if (room == null && is(ROOM, bytes, name, nameEnd)) {
            room = new String(bytes, from, to - from, StandardCharsets.US_ASCII);
        } else if (id == null && is(ID, bytes, name, nameEnd)) {
            id = new String(bytes, from, to - from, StandardCharsets.US_ASCII);
        } else {
            return false;
        }
        return true;
    }

    private static boolean is(byte[] name, byte[] bytes, int from, int to) {
        if (to - from != name.length) {
            return false;
        }
        for (int i = 0; i < name.length; i++) {
            if (bytes[from + i] != name[i]) {
                return false;
            }
        }
        return true;
    }

    /// Where the quote is that ends the plain string whose quote is at `from`, or -1 if there is no such string.
    private static int endOfString(byte[] bytes, int from, int to) {
        if (from >= to || bytes[from] != '"') {
            return -1;
        }
        int end = ByteSearch.endOfPlain(bytes, from + 1, to);
        return end < to && bytes[end] == '"' ? end : -1;
    }

    private static int skipSpace(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to && (bytes[at] == ' ' || bytes[at] == '\n' || bytes[at] == '\r' || bytes[at] == '\t')) {
            at++;
        }
        return at;
    }

    @Nullable
    String room() {
        return room;
    }

    @Nullable
    String id() {
        return id;
    }

    /// Whether sender and text keep to their rules ([PostRules]). In plain bytes that is a matter of their number.
    boolean fits(ChatLimits limits, byte[] bytes) {
        int senderLength = senderEnd - sender;
        int textLength = textEnd - text;
        return senderLength >= 1
                && senderLength <= ChatLimits.MAX_SENDER_CHARACTERS
                && skipSpace(bytes, sender, senderEnd) < senderEnd
                && textLength >= 1
                && textLength <= limits.maxTextBytes();
    }

    /// The message in canonical form.
    ///
    /// @param bytes those that it was read from
    ChatBody body(byte[] bytes, String withId, String user, String inRoom) {
        return ChatBody.ofPlain(withId, user, inRoom, bytes, sender, senderEnd, text, textEnd);
    }
}
