package dev.concord.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class JoinedRoomsTests {
    private final Recorder told = new Recorder();
    private final JoinedRooms rooms = new JoinedRooms(told);

    @Test
    void aMessageThatComesAgainIsNotHandedOutAgain() {
        rooms.add("general");
        rooms.received("general", message(4));
        rooms.received("general", message(4));
        rooms.received("general", message(3));
        rooms.received("general", message(5));

        assertThat(told.events).containsExactly("general 4", "general 5");
    }

    @Test
    void eachRoomHasACursorOfItsOwn() {
        rooms.add("general");
        rooms.add("ops");
        rooms.received("general", message(4));
        rooms.received("ops", message(3));

        assertThat(told.events).containsExactly("general 4", "ops 3");
    }

    @Test
    void nothingOfARoomThatWasLeftIsHandedOut() {
        rooms.add("general");
        assertThat(rooms.add("general")).isFalse();
        assertThat(rooms.remove("general")).isTrue();
        rooms.received("general", message(4));

        assertThat(told.events).isEmpty();
    }

    @Test
    void whatRetentionTookAwayIsSaidOnce() {
        rooms.add("general");
        rooms.add("unread");
        rooms.received("general", message(4));
        rooms.skipTo(10);
        rooms.skipTo(10);
        rooms.received("general", message(9));
        rooms.received("general", message(10));

        assertThat(told.events).containsExactly("general 4", "general removed before 10", "general 10");
    }

    private static Message message(long seq) {
        return new Message(seq, "id-" + seq, "general", "ada", "hello", "", null, "");
    }

    private static final class Recorder implements ChatListener {
        private final List<String> events = new ArrayList<>();

        @Override
        public void message(String room, Message message) {
            events.add(room + " " + message.seq());
        }

        @Override
        public void removed(String room, long earliest) {
            events.add(room + " removed before " + earliest);
        }

        @Override
        public void connected(String url) {}

        @Override
        public void lost(String url, String why) {}

        @Override
        public void ended(String why) {}

        @Override
        public void history(String room, Page page) {}

        @Override
        public void delivery(Draft draft, Delivery state) {}

        @Override
        public void cluster(ClusterView view) {}

        @Override
        public void presence(String room, Presence presence) {}
    }
}
