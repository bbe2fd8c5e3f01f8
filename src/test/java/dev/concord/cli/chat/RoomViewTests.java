package dev.concord.cli.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.client.Delivery;
import dev.concord.client.Draft;
import dev.concord.client.Presence;
import dev.concord.client.Problem;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What the screen remembers of one room.
class RoomViewTests {
    private final RoomView room = new RoomView("general");

    private static Draft draft(int number) {
        return Draft.of("general", "ada", "number " + number);
    }

    @Test
    void theWayOfTheLastThousandOwnMessagesIsRemembered() {
        List<Draft> drafts = new ArrayList<>();
        for (int i = 0; i <= RoomView.MAX_DELIVERIES; i++) {
            drafts.add(draft(i));
            room.delivery(drafts.getLast(), new Delivery.Durable(i + 1, List.of(3L, 1L)));
        }
        assertThat(room.isKnownDurable(drafts.getFirst().id())).isFalse();
        assertThat(room.isKnownDurable(drafts.get(1).id())).isTrue();
        assertThat(room.durableOn(drafts.getLast().id())).containsExactly(3L, 1L);
    }

    @Test
    void theLastWordsOfTheProgramAreKept() {
        for (int i = 0; i <= RoomView.MAX_NOTICES; i++) {
            room.notice(Style.PLAIN, "notice " + i);
        }
        assertThat(room.noticesAfter(0)).hasSize(RoomView.MAX_NOTICES);
        assertThat(room.noticesAfter(0).getFirst().text()).isEqualTo("notice 1");
    }

    @Test
    void anAnswerThatComesAfterTheMessageItselfLeavesNothingUnderWay() {
        Draft draft = draft(1);
        room.delivery(draft, new Delivery.Sending("http://node"));
        assertThat(room.outgoing()).hasSize(1);
        room.live(MessagePages.message(7, "ada", "number 1"), true, "ada");
        room.delivery(draft, new Delivery.Durable(7, List.of(1L)));
        assertThat(room.outgoing()).isEmpty();
        room.delivery(draft, new Delivery.Retrying("late news", true));
        assertThat(room.outgoing()).isEmpty();
    }

    @Test
    void whoHasSaidItIsWritingNoMore() {
        List<Presence.Typing> typing =
                List.of(new Presence.Typing("bob", "general"), new Presence.Typing("eve", "general"));
        room.presence(new Presence(List.of(), typing, false));
        room.live(MessagePages.message(7, "bob", "said"), true, "ada");

        assertThat(room.presence().typing()).containsExactly(new Presence.Typing("eve", "general"));
    }

    @Test
    void whatWasRefusedStaysUntilItIsPutAway() {
        room.delivery(draft(1), new Delivery.Refused(new Problem(403, "forbidden", "no", false)));
        room.delivery(draft(2), new Delivery.Queued());
        room.dismissRefused();
        assertThat(room.outgoing()).hasSize(1);
    }
}
