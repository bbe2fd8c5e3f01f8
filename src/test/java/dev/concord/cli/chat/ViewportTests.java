package dev.concord.cli.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.client.Delivery;
import dev.concord.client.Draft;
import dev.concord.client.Message;
import dev.concord.client.Page;
import dev.concord.client.Problem;
import dev.concord.client.Reference;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Test;

class ViewportTests {
    private static final int HEIGHT = 10;

    private final RoomView room = new RoomView("general");
    private final MessageRows format = new MessageRows(80, "ada", ZoneId.of("UTC"));
    private final Viewport viewport = new Viewport();

    @Test
    void itFollowsTheNewest() {
        room.newest(MessagePages.page(1, 50, 0));

        assertThat(seen()).hasSize(HEIGHT).last().asString().endsWith("line 50");
        room.live(MessagePages.message(51, "bob", "news"), true, "ada");
        assertThat(seen()).last().asString().endsWith("news");
    }

    @Test
    void itStandsFastWhileTheConversationGoesOn() {
        room.newest(MessagePages.page(1, 50, 0));
        viewport.up(room, format, 20, HEIGHT);
        List<String> before = seen();

        room.live(MessagePages.message(51, "bob", "news"), false, "ada");

        assertThat(seen()).isEqualTo(before).last().asString().endsWith("line 30");
    }

    @Test
    void upAndDownLeadBackToTheSamePlace() {
        room.newest(MessagePages.page(1, 50, 0));
        room.live(MessagePages.message(51, "bob", "long ".repeat(60)), true, "ada");
        List<String> before = seen();

        for (int i = 0; i < 30; i++) {
            viewport.up(room, format, 1, HEIGHT);
        }
        viewport.up(room, format, 8, HEIGHT);
        for (int i = 0; i < 38; i++) {
            assertThat(viewport.isFollowing()).isFalse();
            viewport.down(room, format, 1);
        }

        assertThat(viewport.isFollowing()).isTrue();
        assertThat(seen()).isEqualTo(before);
    }

    @Test
    void atTheTopItAsksForOlderMessagesAndStaysWhenTheyCome() {
        room.newest(MessagePages.page(51, 100, 51));
        assertThat(viewport.up(room, format, 1_000, HEIGHT)).isTrue();
        assertThat(room.claimOlder()).isEqualTo(51);
        assertThat(room.claimOlder()).as("while they are read").isZero();
        assertThat(seen()).first().asString().contains("reading older messages");
        assertThat(seen()).last().asString().contains("line 5");

        List<String> before = seen();
        room.older(MessagePages.page(1, 50, 0));

        assertThat(seen()).last().isEqualTo(before.getLast());
        assertThat(viewport.up(room, format, 1_000, HEIGHT)).isFalse();
        assertThat(seen()).first().asString().contains("the beginning of #general");
    }

    @Test
    void theUnreadLineStandsAboveTheFirstNewMessage() {
        room.newest(MessagePages.page(1, 3, 0));
        room.live(MessagePages.message(4, "bob", "hi @ada"), false, "ada");
        room.live(MessagePages.message(5, "bob", "there?"), false, "ada");

        assertThat(room.unread()).isEqualTo(2);
        assertThat(room.mentions()).isEqualTo(1);
        List<String> rows = seen();
        int line = rows.stream().map(row -> row.startsWith("── new")).toList().indexOf(true);
        assertThat(rows.get(line + 1)).endsWith("hi @ada");
        room.seen();
        room.forgetUnreadLine();
        assertThat(seen()).noneMatch(row -> row.startsWith("── new"));
    }

    @Test
    void anOwnMessageShowsEachOfItsStatesAndIsThereOnce() {
        Draft draft = Draft.of("general", "ada", "hello");
        room.newest(MessagePages.page(1, 3, 0));
        room.delivery(draft, new Delivery.Queued());
        assertThat(seen()).last().asString().endsWith("hello ⋯ queued");
        room.delivery(draft, new Delivery.Sending("http://127.0.0.1:8081"));
        assertThat(seen()).last().asString().endsWith("hello → sending to 127.0.0.1:8081");
        room.delivery(draft, new Delivery.Retrying("gone", true));
        assertThat(seen()).last().asString().contains("hello ? unknown, trying again: gone");
        room.delivery(draft, new Delivery.Durable(4, List.of(3L, 1L)));
        room.live(
                new Message(4, draft.id(), "general", "ada", "hello", "2026-11-22T07:30:00.123Z", null, ""),
                true,
                "ada");

        assertThat(seen()).last().asString().endsWith("hello ✓ 3,1");
        assertThat(seen()).filteredOn(row -> row.contains("hello")).hasSize(1);
    }

    @Test
    void anOwnEditIsOnItsWayOnlyUntilItIsInTheStream() {
        Reference edit = new Reference(Reference.Kind.EDIT, 2);
        Draft draft = Draft.of("general", "bob", "changed").about(edit);
        room.newest(MessagePages.page(1, 3, 0));
        room.delivery(draft, new Delivery.Queued());
        assertThat(seen()).last().asString().endsWith("edit #2 changed ⋯ queued");

        room.live(
                new Message(4, draft.id(), "general", "bob", "changed", "2026-11-22T07:30:00.123Z", edit, ""),
                true,
                "bob");
        room.delivery(draft, new Delivery.Durable(4, List.of(3L)));

        assertThat(seen()).last().asString().endsWith("line 3");
    }

    @Test
    void aRefusedMessageStaysUntilItIsDismissed() {
        room.newest(new Page(List.of(), 0, 0, 0));
        room.delivery(
                Draft.of("general", "ada", "hello"),
                new Delivery.Refused(new Problem(422, "text-too-long", "the text is too long", false)));
        assertThat(seen()).last().asString().endsWith("hello ✗ refused: the text is too long");

        room.dismissRefused();

        assertThat(seen()).noneMatch(row -> row.contains("hello"));
    }

    @Test
    void changesShowInPlaceAndAReplyNamesWhatItAnswers() {
        room.newest(MessagePages.page(1, 3, 0));
        room.live(MessagePages.message(4, "bob", "changed", new Reference(Reference.Kind.EDIT, 2)), true, "ada");
        room.live(MessagePages.message(5, "bob", "", new Reference(Reference.Kind.DELETE, 3)), true, "ada");
        room.live(MessagePages.message(6, "bob", "yes", new Reference(Reference.Kind.REPLY, 1)), true, "ada");

        assertThat(seen()).anyMatch(row -> row.contains("#2") && row.endsWith("changed (edited)"));
        assertThat(seen()).anyMatch(row -> row.contains("#3") && row.endsWith("deleted"));
        assertThat(seen()).anyMatch(row -> row.contains("#6") && row.endsWith("↳ bob: line 1"));
    }

    @Test
    void noRowIsWiderThanTheScreenWhateverItsWidth() {
        room.newest(MessagePages.page(1, 3, 0));
        room.live(MessagePages.message(4, "世界".repeat(20), "👩‍💻 ".repeat(50) + "x".repeat(300)), true, "ada");
        room.notice(Style.PLAIN, "a notice of many words ".repeat(10));
        for (int width = 20; width < 120; width++) {
            MessageRows narrow = new MessageRows(width, "ada", ZoneId.of("UTC"));
            for (Row row : viewport.rows(room, narrow, 60)) {
                assertThat(row.width()).as(row.text()).isLessThanOrEqualTo(width);
            }
        }
    }

    @Test
    void textOfOthersReachesTheTerminalHarmless() {
        room.newest(new Page(
                List.of(MessagePages.message(1, "e\u001b[2Jve", "\u001b]0;owned\u0007\u009b31m red\u202e")), 1, 1, 0));
        room.notice(Style.BAD, "the node says \u001b[2J");

        String painted = new Painter(false)
                .paint(viewport.rows(room, format, HEIGHT), 80, new Row(), new Row())
                .replaceAll("\u001b\\[[0-9;?]*[HKJmhl]|\u001b[78]", "");

        assertThat(painted.codePoints().filter(Character::isISOControl)).isEmpty();
        assertThat(painted).contains("·]0;owned··31m red·").doesNotContain("\u202e");
    }

    private List<String> seen() {
        return viewport.rows(room, format, HEIGHT).stream().map(Row::text).toList();
    }
}
