package dev.concord.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/// A room in the list of all.
///
/// @param count of its messages
/// @param lastSeq of its newest one
public record RoomSummary(String room, long count, long lastSeq) {
    static List<RoomSummary> parse(byte[] json) throws BadAnswerException {
        try {
            List<RoomSummary> rooms = new ArrayList<>();
            if (Json.object(json).get("rooms") instanceof List<?> list) {
                for (Object room : list) {
                    if (room instanceof Map<?, ?> map) {
                        Map<String, @Nullable Object> fields = Json.fields(map);
                        rooms.add(new RoomSummary(
                                Json.text(fields, "room"),
                                Json.number(fields, "count", 0),
                                Json.number(fields, "lastSeq", 0)));
                    }
                }
            }
            return rooms;
        } catch (JacksonException e) {
            throw new BadAnswerException("this is no list of rooms");
        }
    }
}
