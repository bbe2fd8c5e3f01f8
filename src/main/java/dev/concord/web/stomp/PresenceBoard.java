package dev.concord.web.stomp;

import dev.concord.chat.Presence;
import dev.concord.chat.PresenceState;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// Who is present, as the body of a frame, made once for all who watch the same. Any thread.
final class PresenceBoard {
    /// Rooms whose body is kept; those of more are made for each who watches them.
    static final int MAX_KEPT = 1_000;

    private static final String EVERYBODY = "";

    private final Presence presence;
    private final JsonMapper json;
    private volatile Bodies bodies;

    /// What was made of one version.
    private record Bodies(long version, PresenceState state, Map<String, String> byRoom) {}

    PresenceBoard(Presence presence, JsonMapper json) {
        this.presence = presence;
        this.json = json;
        this.bodies = new Bodies(-1, presence.state(), new ConcurrentHashMap<>());
    }

    long version() {
        return presence.version();
    }

    /// @param room null for everybody
    String body(@Nullable String room) {
        Bodies current = bodies;
        long version = presence.version();
        if (current.version != version) {
            current = new Bodies(version, presence.state(), new ConcurrentHashMap<>());
            bodies = current;
        }
        PresenceState state = current.state;
        String key = room == null ? EVERYBODY : room;
        String known = current.byRoom.get(key);
        if (known == null) {
            known = text(room == null ? state : state.of(room));
            if (current.byRoom.size() < MAX_KEPT) {
                current.byRoom.put(key, known);
            }
        }
        return known;
    }

    private String text(PresenceState state) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("type", "presence");
        body.put("people", state.people());
        body.put("typing", state.typing());
        body.put("nodes", state.nodes());
        body.put("truncated", state.truncated());
        return json.writeValueAsString(body);
    }
}
