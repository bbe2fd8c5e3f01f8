package dev.concord.web.stomp;

import dev.concord.chat.Cursor;
import dev.concord.chat.RoomFilter;
import dev.concord.chat.Subscriptions;
import dev.concord.protocol.LogEntry;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// What one SUBSCRIBE asked for, and how far it got. Advanced by the session's writer alone.
abstract sealed class Subscription {
    private final String id;
    private final String head;

    private Subscription(String id, String destination, StompVersion version) {
        this.id = id;
        this.head = FrameText.of("MESSAGE", version)
                .header("subscription", id)
                .header("destination", destination)
                .head();
    }

    String id() {
        return id;
    }

    /// The beginning of each MESSAGE frame.
    String head() {
        return head;
    }

    /// Whether there is something to deliver, or to pass over.
    boolean isBehind() {
        return false;
    }

    /// Joins the readers of this node.
    ///
    /// @throws dev.concord.chat.TooManySubscriptionsException if there are too many
    void begin(Subscriptions readers) {}

    /// Leaves them.
    void end() {}

    /// A cursor over the committed log (D1).
    static final class Chat extends Subscription {
        private final @Nullable String room;
        private final RoomFilter filter;
        private final Cursor cursor;
        private Subscriptions.@Nullable Subscription admission;
        private long sent;

        /// @param cursor at what the client has
        Chat(String id, String destination, StompVersion version, Destination.Chat chat, Cursor cursor) {
            super(id, destination, version);
            this.room = chat.room();
            this.filter = chat.filter();
            this.cursor = cursor;
            this.sent = cursor.position();
        }

        /// The room it is for, or null for all.
        @Nullable
        String room() {
            return room;
        }

        Cursor cursor() {
            return cursor;
        }

        boolean wants(LogEntry entry) {
            return filter.passes(entry);
        }

        /// The head of the next message. With a room filter it names the message sent before it, as there seq alone
        /// does not show that nothing is missing (D1).
        String headFor(LogEntry entry) {
            if (filter.passesAll()) {
                return head();
            }
            String numbered = head() + "prev-seq:" + sent + '\n';
            sent = entry.seq();
            return numbered;
        }

        @Override
        boolean isBehind() {
            return !cursor.isAtEnd();
        }

        @Override
        void begin(Subscriptions readers) {
            admission = readers.open(Subscriptions.Kind.STOMP, cursor, () -> {}); // sessions are closed all together
        }

        @Override
        void end() {
            if (admission != null) {
                admission.close();
            }
        }
    }

    /// A cursor over the announcements.
    static final class Cluster extends Subscription {
        private final AnnouncementLog announcements;
        private long cursor;

        Cluster(String id, String destination, StompVersion version, AnnouncementLog announcements) {
            super(id, destination, version);
            this.announcements = announcements;
            this.cursor = announcements.count();
        }

        void deliver(FrameSink sink) throws IOException {
            cursor = announcements.read(cursor, rest -> sink.accept(head() + rest));
        }

        @Override
        boolean isBehind() {
            return cursor < announcements.count();
        }
    }

    /// Who is present: the newest state, whenever there is another.
    static final class Presence extends Subscription {
        private final PresenceBoard board;
        private final StompVersion version;
        private final @Nullable String room;
        private long seen = -1;
        private String last = "";

        Presence(String id, String destination, StompVersion version, @Nullable String room, PresenceBoard board) {
            super(id, destination, version);
            this.version = version;
            this.room = room;
            this.board = board;
        }

        void deliver(FrameSink sink) throws IOException {
            seen = board.version();
            String body = board.body(room);
            if (!body.equals(last)) {
                last = body;
                sink.accept(head()
                        + FrameText.part(version)
                                .header("message-id", "presence-" + seen)
                                .body("application/json", body));
            }
        }

        @Override
        boolean isBehind() {
            return seen < board.version();
        }
    }

    /// Refused messages of this session; there is nothing to replay.
    static final class Errors extends Subscription {
        Errors(String id, String destination, StompVersion version) {
            super(id, destination, version);
        }
    }
}
