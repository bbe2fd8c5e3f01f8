package dev.concord.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class TimelineTests {
    private final Timeline timeline = new Timeline();

    @Test
    void anEditGivesTheMessageItsNewTextInItsOldPlace() {
        add(message(1, "helo"), message(2, "hi"), edit(3, 1, "hello"));

        assertThat(texts()).containsExactly("hello", "hi");
        assertThat(timeline.post(1))
                .hasValueSatisfying(post -> assertThat(post.isEdited()).isTrue());
    }

    @Test
    void theLatestEditCounts() {
        add(message(1, "a"), edit(3, 1, "c"), edit(2, 1, "b"));

        assertThat(texts()).containsExactly("c");
    }

    @Test
    void whatIsDeletedStaysDeleted() {
        add(message(1, "a"), delete(2, 1), edit(3, 1, "b"));

        assertThat(timeline.posts().getFirst().deleted()).isTrue();
        assertThat(texts()).containsExactly("");
    }

    @Test
    void aReplyStandsForItself() {
        add(message(1, "a"), parse("{\"seq\":2,\"text\":\"yes\",\"reply\":1}"));

        assertThat(timeline.posts().getLast().message().reference()).isEqualTo(new Reference(Reference.Kind.REPLY, 1));
        assertThat(texts()).containsExactly("a", "yes");
    }

    @Test
    void everyOrderOfReadingGivesTheSame() {
        List<Message> log = List.of(
                message(1, "a"),
                message(2, "b"),
                edit(3, 1, "A"),
                edit(4, 2, "B"),
                delete(5, 1),
                message(6, "c"),
                edit(7, 2, "BB"),
                edit(8, 1, "late"));
        log.forEach(timeline::add);
        List<Timeline.Post> expected = timeline.posts();
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            List<Message> shuffled = new ArrayList<>(log);
            Collections.shuffle(shuffled, random);
            Timeline other = new Timeline();
            shuffled.forEach(other::add);

            assertThat(other.posts().stream().map(Timeline.Post::text))
                    .as("seed " + seed + ": " + shuffled)
                    .containsExactlyElementsOf(
                            expected.stream().map(Timeline.Post::text).toList());
        }
    }

    @Test
    void aMessageReadTwiceIsThereOnce() {
        assertThat(timeline.add(message(1, "a"))).isTrue();
        assertThat(timeline.add(message(1, "a"))).isFalse();

        assertThat(texts()).containsExactly("a");
    }

    @Test
    void theOldestAreForgottenBeyondTheLimitAndKeepTheirChangesForWhenTheyAreReadAgain() {
        add(message(1, "helo"), message(2, "taken back"));
        LongStream.rangeClosed(3, Timeline.MAX_POSTS).forEach(seq -> add(message(seq, "x")));
        assertThat(timeline.trim()).isFalse();
        long next = Timeline.MAX_POSTS + 1;
        add(edit(next, 1, "hello"), delete(next + 1, 2), message(next + 2, "new"), message(next + 3, "newer"));

        assertThat(timeline.trim()).isTrue();
        assertThat(timeline.first()).isEqualTo(3);

        add(message(1, "helo"), message(2, "taken back"));
        assertThat(texts()).startsWith("hello", "");
        assertThat(timeline.posts().get(1).deleted()).isTrue();
    }

    @Test
    void changesWithoutTheirMessageAreBounded() {
        LongStream.rangeClosed(1, Timeline.MAX_CHANGES + 1)
                .forEach(target -> add(edit(1_000_000 + target, target, "new")));

        add(message(1, "old"), message(2, "old"));

        assertThat(texts()).containsExactly("old", "new");
    }

    private List<String> texts() {
        return timeline.posts().stream().map(Timeline.Post::text).toList();
    }

    private void add(Message... messages) {
        List.of(messages).forEach(timeline::add);
    }

    private static Message message(long seq, String text) {
        return parse("{\"seq\":" + seq + ",\"text\":\"" + text + "\"}");
    }

    private static Message edit(long seq, long target, String text) {
        return parse("{\"seq\":" + seq + ",\"text\":\"" + text + "\",\"edit\":" + target + "}");
    }

    private static Message delete(long seq, long target) {
        return parse("{\"seq\":" + seq + ",\"text\":\"\",\"delete\":" + target + "}");
    }

    private static Message parse(String json) {
        try {
            return Message.parse(json.getBytes(StandardCharsets.UTF_8));
        } catch (BadAnswerException e) {
            throw new AssertionError(e);
        }
    }
}
