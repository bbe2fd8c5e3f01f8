package dev.concord.web.stomp;

import static dev.concord.chat.PresenceState.ALL_ROOMS;

import dev.concord.chat.Cursor;
import dev.concord.chat.MessagesRemovedException;
import dev.concord.chat.PostRefusedException;
import dev.concord.chat.PostRules;
import dev.concord.chat.Presence;
import dev.concord.chat.RoomFilter;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Judges the SUBSCRIBE and UNSUBSCRIBE frames of one session, and keeps the rooms of its person up to date. Used
/// by the thread that reads the session.
final class SubscribeDesk {
    private static final int POLICY = 1008;

    private final StompContext context;
    /// The rooms in which others see the person, by the id of the subscription; empty for none.
    private final Map<String, String> roomsById = new HashMap<>();

    SubscribeDesk(StompContext context) {
        this.context = context;
    }

    Subscription subscribe(StompFrame frame, StompVersion version, Presence.@Nullable Visit visit) throws StompFault {
        String id = frame.required("id");
        String destination = frame.required("destination");
        String ack = frame.header("ack");
        if (ack != null && !ack.equals("auto")) {
            throw StompFault.protocol(
                    "ack:" + ack + " is not supported",
                    "a subscription is a cursor over the log: use ack:auto, and resume with 'after'");
        }
        if (id.length() > StompSession.MAX_ID_LENGTH) {
            throw StompFault.tooBig(
                    "the subscription id is too long",
                    "an id has at most " + StompSession.MAX_ID_LENGTH + " characters");
        }
        Destination to = Destination.ofSubscribe(destination);
        if (roomsById.size() == context.settings().maxSubscriptions()) {
            throw StompFault.protocol(
                            "too many subscriptions",
                            "a session has at most " + context.settings().maxSubscriptions() + " subscriptions")
                    .closing(POLICY);
        }
        if (roomsById.containsKey(id)) {
            throw StompFault.protocol(
                    "the subscription id is in use",
                    "this session already has a subscription '" + id + "'; choose another id or UNSUBSCRIBE first");
        }
        String room = presentIn(to, frame.header("present"));
        Subscription subscription = switch (to) {
            case Destination.Chat chat ->
                new Subscription.Chat(id, destination, version, chat, cursor(frame.header("after"), chat.filter()));
            case Destination.Cluster cluster ->
                new Subscription.Cluster(id, destination, version, context.announcements());
            case Destination.Present present ->
                new Subscription.Presence(id, destination, version, present.room(), context.presenceBoard());
            case Destination.Errors errors -> new Subscription.Errors(id, destination, version);
        };
        roomsById.put(id, room);
        if (visit != null && !room.isEmpty()) {
            visit.joins(room);
        }
        return subscription;
    }

    /// The room in which others see the person while the subscription lasts: what the client says, since it may follow
    /// more than a person looks at; else the room that is followed.
    private static String presentIn(Destination to, @Nullable String said) throws StompFault {
        if (said == null) {
            return to instanceof Destination.Chat chat ? Objects.requireNonNullElse(chat.room(), ALL_ROOMS) : "";
        }
        if (!said.isEmpty()) {
            try {
                PostRules.checkRoom(said);
            } catch (PostRefusedException e) {
                throw StompFault.protocol(
                        "present names no room",
                        "present is '" + said + "': " + e.detail() + "; leave it empty to be seen in no room");
            }
        }
        return said;
    }

    /// Where a subscription begins: what is committed from this moment on, or what the client says it has.
    private Cursor cursor(@Nullable String after, RoomFilter filter) throws StompFault {
        long seq = after == null ? context.messages().commit() : seq(after);
        try {
            return context.messages().cursor(seq, filter);
        } catch (MessagesRemovedException e) {
            throw StompFault.removed(e);
        }
    }

    private static long seq(String after) throws StompFault {
        if (after.isEmpty() || after.length() > 15 || !after.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw StompFault.protocol(
                    "after is not a message number",
                    "after is '" + after + "'; it is the seq of the last message you have, 0 for none");
        }
        return Long.parseLong(after);
    }

    /// @return the id of the subscription that ends
    String unsubscribe(StompFrame frame, Presence.@Nullable Visit visit) throws StompFault {
        String id = frame.required("id");
        String room = roomsById.remove(id);
        if (room == null) {
            throw StompFault.protocol("no such subscription", "this session has no subscription '" + id + "'");
        }
        if (visit != null && !room.isEmpty()) {
            visit.leaves(room);
        }
        return id;
    }
}
