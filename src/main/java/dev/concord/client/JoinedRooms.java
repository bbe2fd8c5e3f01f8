package dev.concord.client;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;

/// The rooms that a session follows, each with the seq of the last message it has handed out. That cursor survives
/// every connection, and is why there is never a gap and never a double. One thread.
final class JoinedRooms {
    static final String ROOM_PREFIX = "room.";
    static final String PRESENCE_PREFIX = "presence.";
    /// Messages of the first page of a room.
    static final int FIRST_PAGE = 100;

    private static final long UNREAD = -1;

    private final Map<String, Long> cursors = new LinkedHashMap<>();
    private final ChatListener listener;

    JoinedRooms(ChatListener listener) {
        this.listener = listener;
    }

    /// @return whether the room is new
    boolean add(String room) {
        return cursors.putIfAbsent(room, UNREAD) == null;
    }

    boolean remove(String room) {
        return cursors.remove(room) != null;
    }

    /// Has the node send what follows in all rooms.
    void subscribeAll(StompConnection connection, boolean presence) throws IOException, ProblemException {
        for (String room : new ArrayList<>(cursors.keySet())) {
            subscribe(room, connection, presence);
        }
    }

    void subscribe(String room, StompConnection connection, boolean presence) throws IOException, ProblemException {
        long last = cursors.getOrDefault(room, UNREAD);
        if (last == UNREAD) {
            Page page = Page.newest(connection.node(), room, FIRST_PAGE);
            last = page.next();
            cursors.put(room, last);
            listener.history(room, page);
        }
        connection.send(StompFrame.of(
                "SUBSCRIBE",
                "id",
                ROOM_PREFIX + room,
                "destination",
                "/topic/chat." + room,
                "after",
                Long.toString(last)));
        if (presence) {
            connection.send(
                    StompFrame.of("SUBSCRIBE", "id", PRESENCE_PREFIX + room, "destination", "/topic/presence." + room));
        }
    }

    void unsubscribe(String room, StompConnection connection, boolean presence) throws IOException {
        connection.send(StompFrame.of("UNSUBSCRIBE", "id", ROOM_PREFIX + room));
        if (presence) {
            connection.send(StompFrame.of("UNSUBSCRIBE", "id", PRESENCE_PREFIX + room));
        }
    }

    /// Hands a message out unless it was handed out before, or nobody follows its room any more.
    void received(String room, Message message) {
        Long last = cursors.get(room);
        if (last != null && message.seq() > last) {
            cursors.put(room, message.seq());
            listener.message(room, message);
        }
    }

    /// Messages before this one are gone.
    void skipTo(long earliest) {
        cursors.forEach((room, last) -> {
            if (last != UNREAD && last < earliest - 1) {
                cursors.put(room, earliest - 1);
                listener.removed(room, earliest);
            }
        });
    }
}
