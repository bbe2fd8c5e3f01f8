package dev.concord.chat;

import static dev.concord.chat.PostRefusedException.Rule;

import dev.concord.protocol.ChatBody;
import dev.concord.protocol.Reference;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What a well-formed message is. Everything a client says passes here once, before the cluster sees it; nodes may
/// therefore trust the content of an entry.
///
/// | field | rule |
/// |---|---|
/// | `room` | `[a-z0-9][a-z0-9._-]{0,63}` |
/// | `sender` | 1 to 64 characters, not only white space |
/// | `text` | 1 byte to [ChatLimits#maxTextBytes] of UTF-8; line feed and tab are allowed; empty in a delete |
/// | `id` | 1 to 128 characters |
/// | `reply`, `edit`, `delete` | at most one of them: the seq of a message (see [ReferenceRules]) |
///
/// No field holds control characters (but for the two in `text`) or lone surrogates.
public final class PostRules {
    /// Where a message goes that names no room.
    public static final String DEFAULT_ROOM = "general";

    private final ChatLimits limits;

    public PostRules(ChatLimits limits) {
        this.limits = limits;
    }

    public ChatLimits limits() {
        return limits;
    }

    /// Checks all fields and encodes the message.
    ///
    /// @param user the authenticated principal, empty without authentication
    /// @throws PostRefusedException naming the first field that breaks a rule
    public ChatBody body(
            String id, String user, String room, String sender, String text, @Nullable Reference reference) {
        checkRoom(room);
        checkSender(sender);
        checkId(id);
        if (reference == null || reference.kind() != Reference.Kind.DELETE) {
            checkText(text);
        } else if (!text.isEmpty()) {
            throw new PostRefusedException(
                    "text", Rule.NEEDLESS, "text has no meaning in a delete; leave it out, or edit the message");
        }
        return ChatBody.of(id, user, room, sender, text, reference);
    }

    /// @throws PostRefusedException if this cannot be the name of a room
    public static void checkRoom(String room) {
        int length = room.length();
        if (length == 0) {
            throw new PostRefusedException("room", Rule.EMPTY, "room is empty; leave it out for " + DEFAULT_ROOM);
        }
        if (length > ChatLimits.MAX_ROOM_CHARACTERS) {
            throw new PostRefusedException(
                    "room",
                    Rule.TOO_LONG,
                    "room has " + length + " characters, at most " + ChatLimits.MAX_ROOM_CHARACTERS + " are allowed");
        }
        for (int i = 0; i < length; i++) {
            char c = room.charAt(i);
            boolean letterOrDigit = c >= 'a' && c <= 'z' || c >= '0' && c <= '9';
            boolean mark = c == '.' || c == '_' || c == '-';
            if (!letterOrDigit && !(mark && i > 0)) {
                throw new PostRefusedException(
                        "room",
                        Rule.BAD_NAME,
                        "room has " + named(c) + " at position " + i + "; a name matches [a-z0-9][a-z0-9._-]{0,63}");
            }
        }
    }

    /// @throws PostRefusedException if nobody can be called like this
    public static void checkSender(String sender) {
        checkCharacters("sender", sender, ChatLimits.MAX_SENDER_CHARACTERS);
        if (sender.isBlank()) {
            throw new PostRefusedException("sender", Rule.EMPTY, "sender has only white space");
        }
    }

    /// @throws PostRefusedException if this cannot be an id
    public static void checkId(String id) {
        checkCharacters("id", id, ChatLimits.MAX_ID_CHARACTERS);
    }

    private void checkText(String text) {
        if (text.isEmpty()) {
            throw new PostRefusedException("text", Rule.EMPTY, "text is empty");
        }
        long bytes = check("text", text, true);
        if (bytes > limits.maxTextBytes()) {
            throw new PostRefusedException(
                    "text",
                    Rule.TOO_LONG,
                    "text has " + bytes + " bytes of UTF-8, at most " + limits.maxTextBytes() + " are allowed");
        }
    }

    private static void checkCharacters(String field, String value, int most) {
        if (value.isEmpty()) {
            throw new PostRefusedException(field, Rule.EMPTY, field + " is empty");
        }
        check(field, value, false);
        if (value.length() > most && value.codePointCount(0, value.length()) > most) {
            throw new PostRefusedException(
                    field,
                    Rule.TOO_LONG,
                    field + " has " + value.codePointCount(0, value.length()) + " characters, at most " + most
                            + " are allowed");
        }
    }

    /// Refuses control characters and lone surrogates; counts the bytes of UTF-8.
    private static long check(String field, String value, boolean lineBreaks) {
        long bytes = 0;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c >= 0x20 && c < 0x7f) {
                bytes++;
            } else if (c < 0xa0) {
                if (!lineBreaks || c != '\n' && c != '\t') {
                    throw new PostRefusedException(
                            field,
                            Rule.CONTROL_CHARACTER,
                            field + " has the control character " + named(c) + " at position " + i);
                }
                bytes++;
            } else if (Character.isSurrogate(c)) {
                if (Character.isLowSurrogate(c)
                        || i + 1 == value.length()
                        || !Character.isLowSurrogate(value.charAt(i + 1))) {
                    throw new PostRefusedException(
                            field,
                            Rule.LONE_SURROGATE,
                            field + " has the lone surrogate " + named(c) + " at position " + i);
                }
                i++;
                bytes += 4;
            } else {
                bytes += c < 0x800 ? 2 : 3;
            }
        }
        return bytes;
    }

    private static String named(char c) {
        String code = String.format(Locale.ROOT, "U+%04X", (int) c);
        return c > 0x20 && c < 0x7f ? "'" + c + "' (" + code + ")" : code;
    }
}
