package dev.concord.client;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A message that is to be sent. Its id makes every further try safe: the cluster stores it once.
///
/// @param room null for the default room
public record Draft(String id, @Nullable String room, String sender, String text) {
    /// A message with an id of its own.
    public static Draft of(@Nullable String room, String sender, String text) {
        return new Draft(UUID.randomUUID().toString(), room, sender, text);
    }

    String json() {
        Map<String, @Nullable String> fields = new LinkedHashMap<>();
        fields.put("id", id);
        fields.put("room", room);
        fields.put("sender", sender);
        fields.put("text", text);
        return Json.write(fields);
    }
}
