package dev.concord.chat;

import dev.concord.protocol.ChatBody;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.Timestamps;

/// The JSON of a message as clients get it:
/// `{"seq":42,"term":3,"id":"…","room":"general","sender":"ada","text":"hello","at":"2026-11-22T07:30:00.123Z"}`.
///
/// Nothing is encoded again: the parts are copied from the entry's line, which the leader wrote once.
public final class MessageJson {
    private static final int ID = 0;
    private static final int USER = 1;
    /// Between the time and the body of a line stands `",`.
    private static final int TIME_BEFORE_BODY = Timestamps.LENGTH + 2;

    private MessageJson() {}

    /// Number of bytes that [#write] writes.
    public static int length(LogEntry entry) {
        ChatBody body = entry.body();
        return "{\"seq\":,\"term\":,\"id\":,\"at\":\"\"}".length()
                + digits(entry.seq())
                + digits(entry.term().value())
                + (body.fieldEnd(ID) - body.fieldStart(ID))
                + (body.to() - body.fieldEnd(USER))
                + Timestamps.LENGTH;
    }

    /// Writes the JSON of a chat entry to `target` from `at` on, which must have room for [#length] bytes.
    ///
    /// @return where it ends
    public static int write(LogEntry entry, byte[] target, int at) {
        ChatBody body = entry.body();
        byte[] line = body.array();
        int end = ascii("{\"seq\":", target, at);
        end = number(entry.seq(), target, end);
        end = ascii(",\"term\":", target, end);
        end = number(entry.term().value(), target, end);
        end = ascii(",\"id\":", target, end);
        end = slice(line, body.fieldStart(ID), body.fieldEnd(ID), target, end);
        end = slice(line, body.fieldEnd(USER), body.to(), target, end);
        end = ascii(",\"at\":\"", target, end);
        int time = body.from() - TIME_BEFORE_BODY;
        end = slice(line, time, time + Timestamps.LENGTH, target, end);
        return ascii("\"}", target, end);
    }

    /// The JSON of a chat entry.
    public static byte[] bytes(LogEntry entry) {
        byte[] json = new byte[length(entry)];
        write(entry, json, 0);
        return json;
    }

    /// Writes a number that is not negative, in decimal digits.
    ///
    /// @return where it ends
    public static int number(long value, byte[] target, int at) {
        int end = at + digits(value);
        long rest = value;
        for (int i = end - 1; i >= at; i--) {
            target[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        return end;
    }

    /// Number of decimal digits of a number that is not negative.
    public static int digits(long value) {
        int digits = 1;
        for (long rest = value / 10; rest > 0; rest /= 10) {
            digits++;
        }
        return digits;
    }

    @SuppressWarnings("deprecation") // the one call that copies ASCII without a detour over a new array
    private static int ascii(String text, byte[] target, int at) {
        text.getBytes(0, text.length(), target, at);
        return at + text.length();
    }

    private static int slice(byte[] source, int from, int to, byte[] target, int at) {
        System.arraycopy(source, from, target, at, to - from);
        return at + to - from;
    }
}
