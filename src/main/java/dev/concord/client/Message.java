package dev.concord.client;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/// A message as the cluster delivers it.
///
/// @param reference what it is to an earlier message; null for a message on its own
/// @param json itself as it came, to the byte the same from every node
public record Message(
        long seq,
        String id,
        String room,
        String sender,
        String text,
        String at,
        @Nullable Reference reference,
        String json) {
    static Message parse(byte[] json) throws BadAnswerException {
        try {
            Map<String, @Nullable Object> fields = Json.object(json);
            long seq = Json.number(fields, "seq", 0);
            if (seq > 0) {
                return new Message(
                        seq,
                        Json.text(fields, "id"),
                        Json.text(fields, "room"),
                        Json.text(fields, "sender"),
                        Json.text(fields, "text"),
                        Json.text(fields, "at"),
                        Reference.of(fields),
                        new String(json, StandardCharsets.UTF_8));
            }
        } catch (JacksonException e) {
            // the same answer as for JSON that is no message
        }
        throw new BadAnswerException("this is no message: " + shortened(json));
    }

    private static String shortened(byte[] json) {
        String text = new String(json, 0, Math.min(json.length, 100), StandardCharsets.UTF_8);
        return json.length > 100 ? text + "…" : text;
    }
}
