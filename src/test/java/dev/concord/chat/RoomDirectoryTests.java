package dev.concord.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.chat.RoomDirectory.Room;
import dev.concord.protocol.ChatBody;
import dev.concord.runtime.InMemoryLog;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RoomDirectoryTests {
    private final InMemoryLog log = new InMemoryLog();
    private final RoomDirectory directory = new RoomDirectory(log.committed());

    @AfterEach
    void stop() {
        directory.close();
    }

    private void say(String... rooms) {
        List<ChatBody> bodies = new ArrayList<>();
        for (String room : rooms) {
            bodies.add(ChatBody.of("k" + (log.committed().commitSeq() + bodies.size()), "", room, "ada", "hello"));
        }
        log.commit(bodies);
    }

    @Test
    void listsWhatWasThereBeforeItStarted() throws Exception {
        say("general", "dev", "general");
        directory.start();

        assertThat(directory.list().rooms()).containsExactly(new Room("dev", 1, 2), new Room("general", 2, 3));
    }

    @Test
    void listsWhatHasJustBeenCommitted() throws Exception {
        directory.start();
        for (int i = 1; i <= 50; i++) {
            say("general");
            assertThat(directory.list().rooms()).containsExactly(new Room("general", i, i));
        }
    }

    @Test
    void holdsNoMoreRoomsThanItsLimitAndSaysSo() throws Exception {
        directory.start();
        for (int i = 0; i <= RoomDirectory.MAX_ROOMS; i++) {
            say("r" + i);
        }

        RoomDirectory.Listing listing = directory.list();

        assertThat(listing.rooms()).hasSize(RoomDirectory.MAX_ROOMS);
        assertThat(listing.complete()).isFalse();
    }
}
