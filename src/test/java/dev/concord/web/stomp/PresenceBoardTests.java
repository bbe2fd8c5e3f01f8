package dev.concord.web.stomp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.chat.Presence;
import dev.concord.runtime.SingleNode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/// The texts that are made once for all who watch the same.
class PresenceBoardTests {
    private final SingleNode node = new SingleNode();
    private final Presence presence = new Presence(node);
    private final PresenceBoard board = new PresenceBoard(presence, JsonMapper.shared());

    @AfterEach
    void stop() {
        presence.close();
        node.close();
    }

    @Test
    void areKeptForAThousandRoomsAndMadeAnewForMore() {
        presence.enter("ada").joins("room-0");
        String everybody = board.body(null);
        String first = board.body("room-0");
        assertThat(first).contains("\"name\":\"ada\"");
        for (int i = 1; i < PresenceBoard.MAX_KEPT - 1; i++) {
            board.body("room-" + i);
        }
        assertThat(board.body(null)).isSameAs(everybody);
        assertThat(board.body("room-0")).isSameAs(first);
        String lastKept = "room-" + (PresenceBoard.MAX_KEPT - 2);
        assertThat(board.body(lastKept)).isSameAs(board.body(lastKept));

        assertThat(board.body("one-more"))
                .isNotSameAs(board.body("one-more"))
                .isEqualTo(board.body("one-more"))
                .contains("\"people\":[]");
    }

    @Test
    void areMadeAnewAfterAChange() {
        presence.start();
        String nobody = board.body("dev");
        assertThat(nobody).contains("\"people\":[]");
        presence.enter("ada").joins("dev");

        Eventually.await(() -> board.body("dev").contains("\"name\":\"ada\""));
        assertThat(board.body("dev")).isNotSameAs(nobody);
    }
}
