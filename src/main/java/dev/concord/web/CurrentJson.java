package dev.concord.web;

import dev.concord.chat.CurrentMessage;
import dev.concord.protocol.ChatBody;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.Timestamps;

/// The JSON of a message as it is now: that of the message itself, but with its newest text and
/// `"edited":{"seq":57,"at":"…"}`, or without a text and with `"deleted":{"seq":58,"at":"…"}`.
final class CurrentJson {
    private static final int USER = 1;
    private static final int TEXT = 4;

    private CurrentJson() {}

    static void write(CurrentMessage message, Bytes out) {
        LogEntry original = message.original();
        LogEntry edit = message.edit();
        LogEntry delete = message.delete();
        if (edit == null && delete == null) {
            out.message(original);
            return;
        }
        ChatBody body = original.body();
        out.ascii("{\"seq\":").number(original.seq());
        out.ascii(",\"term\":").number(original.term().value());
        out.ascii(",\"id\":").slice(body.array(), body.fieldStart(0), body.fieldEnd(0));
        out.slice(body.array(), body.fieldEnd(USER), body.fieldStart(TEXT));
        if (delete != null) {
            out.ascii("\"\"");
        } else if (edit != null) {
            ChatBody newer = edit.body();
            out.slice(newer.array(), newer.fieldStart(TEXT), newer.fieldEnd(TEXT));
        }
        out.slice(body.array(), body.fieldEnd(TEXT), body.to()); // what it replies to
        out.ascii(",\"at\":\"").ascii(Timestamps.format(original.atMillis())).ascii("\"");
        if (delete != null) {
            change(",\"deleted\":{\"seq\":", delete, out);
        } else if (edit != null) {
            change(",\"edited\":{\"seq\":", edit, out);
        }
        out.ascii("}");
    }

    private static void change(String key, LogEntry change, Bytes out) {
        out.ascii(key).number(change.seq());
        out.ascii(",\"at\":\"").ascii(Timestamps.format(change.atMillis())).ascii("\"}");
    }
}
