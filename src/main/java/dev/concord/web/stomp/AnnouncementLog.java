package dev.concord.web.stomp;

import dev.concord.node.Announcement;
import dev.concord.protocol.Timestamps;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// The last changes of role, view and term, numbered, for `/topic/cluster`. As with messages a subscription is a
/// cursor; but a cursor that falls behind by more than [#KEPT] goes on with the oldest that is kept, as old views are
/// of no use.
///
/// **Threads.** One adds, any number read.
final class AnnouncementLog {
    /// Announcements kept; a power of two.
    static final int KEPT = 1 << 8;

    private final JsonMapper json;
    private final @Nullable String[] frames = new @Nullable String[KEPT];
    private volatile long count;

    AnnouncementLog(JsonMapper json) {
        this.json = json;
    }

    /// Number of announcements so far: the cursor of who wants only later ones.
    long count() {
        return count;
    }

    void add(Announcement announcement, long wallMillis) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("action", announcement.action().toString());
        body.put("term", announcement.term().value());
        body.put("role", announcement.role().name().toLowerCase(Locale.ROOT));
        body.put(
                "leader",
                announcement.leader().isPresent() ? announcement.leader().value() : null);
        body.put("index", announcement.index());
        body.put("detail", announcement.detail());
        body.put("at", Timestamps.format(wallMillis));
        synchronized (frames) {
            long number = count + 1;
            frames[slot(number)] = FrameText.part(StompVersion.V1_2)
                    .header("message-id", "cluster-" + number)
                    .header("term", announcement.term().value())
                    .body("application/json", json.writeValueAsString(body));
            count = number;
        }
    }

    /// Hands the frames after `cursor` to `sink`, without their heads, and returns the new cursor.
    long read(long cursor, PartSink sink) throws IOException {
        long end = count;
        for (long number = Math.max(cursor + 1, end - KEPT + 1); number <= end; number++) {
            String frame;
            synchronized (frames) {
                frame = frames[slot(number)];
            }
            if (frame != null) {
                sink.accept(frame);
            }
        }
        return end;
    }

    interface PartSink {
        void accept(String part) throws IOException;
    }

    private static int slot(long number) {
        return (int) number & KEPT - 1;
    }
}
