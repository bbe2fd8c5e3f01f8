package dev.concord.client;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A message that is to be sent. Its id makes every further try safe: the cluster stores it once.
///
/// @param room null for the default room
/// @param reference the earlier message that it replies to, edits or deletes; null for none
public record Draft(
        String id,
        @Nullable String room,
        String sender,
        String text,
        @Nullable Reference reference) {
    /// A message on its own.
    public Draft(String id, @Nullable String room, String sender, String text) {
        this(id, room, sender, text, null);
    }

    /// A message with an id of its own.
    public static Draft of(@Nullable String room, String sender, String text) {
        return new Draft(UUID.randomUUID().toString(), room, sender, text);
    }

    /// The same, as an answer to another message or as a change of it.
    public Draft about(@Nullable Reference other) {
        return new Draft(id, room, sender, text, other);
    }

    String json() {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("id", id);
        fields.put("room", room);
        fields.put("sender", sender);
        fields.put("text", text);
        if (reference != null) {
            fields.put(reference.kind().field(), reference.seq());
        }
        return Json.write(fields);
    }
}
