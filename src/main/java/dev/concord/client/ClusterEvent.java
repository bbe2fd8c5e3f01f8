package dev.concord.client;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/// A change of role, view or term, as the node says it to whom it happened.
///
/// @param action stable name of what happened
/// @param leader 0 if the node knows none
/// @param detail a sentence for people
/// @param json the event as it came
public record ClusterEvent(String action, long term, String role, long leader, String detail, String at, String json) {
    static ClusterEvent parse(String json) throws BadAnswerException {
        try {
            Map<String, @Nullable Object> fields = Json.object(json.getBytes(StandardCharsets.UTF_8));
            return new ClusterEvent(
                    Json.text(fields, "action"),
                    Json.number(fields, "term", 0),
                    Json.text(fields, "role"),
                    Json.number(fields, "leader", 0),
                    Json.text(fields, "detail"),
                    Json.text(fields, "at"),
                    json);
        } catch (JacksonException e) {
            throw new BadAnswerException("this is no event of a cluster");
        }
    }
}
