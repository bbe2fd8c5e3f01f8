package dev.concord.web.stomp;

import dev.concord.chat.PostRefusedException;
import dev.concord.chat.PostRules;
import dev.concord.chat.RoomFilter;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Where frames go. The names are those of the product; there are no others.
sealed interface Destination {
    /// `/topic/chat` or `/topic/chat.{room}`: the committed messages, all or of one room.
    ///
    /// @param room null for all
    record Chat(@Nullable String room, RoomFilter filter) implements Destination {}

    /// `/topic/cluster`: changes of role, view and term.
    record Cluster() implements Destination {}

    /// `/topic/presence` or `/topic/presence.{room}`: who is connected and who writes.
    ///
    /// @param room null for everybody
    record Present(@Nullable String room) implements Destination {}

    /// `/user/queue/errors`: refused messages of this session.
    record Errors() implements Destination {}

    /// What a client may subscribe to.
    static Destination ofSubscribe(String name) throws StompFault {
        if (name.equals("/topic/chat")) {
            return new Chat(null, RoomFilter.ALL);
        }
        if (name.startsWith("/topic/chat.")) {
            String room = room(name, "/topic/chat.");
            return new Chat(room, RoomFilter.of(room));
        }
        if (name.equals("/topic/presence")) {
            return new Present(null);
        }
        if (name.startsWith("/topic/presence.")) {
            return new Present(room(name, "/topic/presence."));
        }
        if (name.equals("/topic/cluster")) {
            return new Cluster();
        }
        if (name.equals("/user/queue/errors")) {
            return new Errors();
        }
        throw StompFault.protocol(
                "unknown destination",
                "nothing is published at '" + name
                        + "'; subscribe to /topic/chat, /topic/chat.{room}, /topic/presence, /topic/presence.{room}, "
                        + "/topic/cluster or /user/queue/errors");
    }

    private static String room(String name, String prefix) throws StompFault {
        String room = name.substring(prefix.length());
        try {
            PostRules.checkRoom(room);
        } catch (PostRefusedException e) {
            throw StompFault.protocol("unknown destination", "'" + name + "' names no room: " + e.detail());
        }
        return room;
    }

    /// The room of a hint that somebody writes there; null for another destination. Whether it can be a room is
    /// judged with the hint.
    static @Nullable String roomOfTyping(String name) {
        return name.startsWith("/app/typing.") ? name.substring("/app/typing.".length()) : null;
    }

    /// The room that the destination of a SEND names, empty for `/app/chat`. Whether it can be a room is judged with
    /// the message.
    static Optional<String> roomOfSend(String name) throws StompFault {
        if (name.equals("/app/chat")) {
            return Optional.empty();
        }
        if (name.startsWith("/app/chat.")) {
            return Optional.of(name.substring("/app/chat.".length()));
        }
        throw StompFault.protocol(
                "unknown destination",
                "'" + name + "' takes no messages; send to /app/chat, /app/chat.{room} or /app/typing.{room}");
    }
}
