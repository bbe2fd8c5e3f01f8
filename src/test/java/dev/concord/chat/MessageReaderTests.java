package dev.concord.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concord.protocol.ChatBody;
import dev.concord.protocol.LogEntry;
import dev.concord.runtime.InMemoryLog;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class MessageReaderTests {
    private final InMemoryLog log = new InMemoryLog();
    private final MessageReader reader = new MessageReader(log.committed());

    private void commit(int count, String room) {
        commit(count, room, "hello");
    }

    private void commit(int count, String room, String text) {
        List<ChatBody> bodies = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long n = log.committed().commitSeq() + i + 1;
            bodies.add(ChatBody.of("k" + n, "", room, "ada", text));
        }
        log.commit(bodies);
    }

    private static PageRequest newest(int limit, RoomFilter filter) {
        return new PageRequest(OptionalLong.empty(), OptionalLong.empty(), limit, filter);
    }

    private static PageRequest after(long seq, int limit, RoomFilter filter) {
        return new PageRequest(OptionalLong.of(seq), OptionalLong.empty(), limit, filter);
    }

    private static PageRequest before(long seq, int limit, RoomFilter filter) {
        return new PageRequest(OptionalLong.empty(), OptionalLong.of(seq), limit, filter);
    }

    private static List<Long> seqs(Page page) {
        return page.messages().stream().map(LogEntry::seq).toList();
    }

    @Test
    void anEmptyLogHasAnEmptyPageAndNothingAround() {
        assertThat(reader.page(newest(50, RoomFilter.ALL)))
                .isEqualTo(new Page(List.of(), 1, 0, 0, OptionalLong.empty()));
    }

    @Test
    void withoutAPlaceThePageIsTheNewest() {
        commit(10, "general");

        Page page = reader.page(newest(3, RoomFilter.ALL));

        assertThat(seqs(page)).containsExactly(8L, 9L, 10L);
        assertThat(page.next()).isEqualTo(10);
        assertThat(page.hasNext()).isFalse();
        assertThat(page.prev()).hasValue(8);
    }

    @Test
    void pagesBackwardsReachTheBeginningOnce() {
        commit(1000, "general");
        List<Long> seen = new ArrayList<>();

        Page page = reader.page(newest(300, RoomFilter.ALL));
        seen.addAll(0, seqs(page));
        while (page.prev().isPresent()) {
            page = reader.page(before(page.prev().getAsLong(), 300, RoomFilter.ALL));
            seen.addAll(0, seqs(page));
        }

        assertThat(seen).hasSize(1000).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void pagesForwardReachTheEndOnce() {
        commit(1000, "general");
        List<Long> seen = new ArrayList<>();

        Page page = reader.page(after(0, 300, RoomFilter.ALL));
        seen.addAll(seqs(page));
        while (page.hasNext()) {
            page = reader.page(after(page.next(), 300, RoomFilter.ALL));
            seen.addAll(seqs(page));
        }

        assertThat(seen).hasSize(1000).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void ofARoomOnlyItsMessagesAreGivenInBothDirections() {
        for (int i = 0; i < 50; i++) {
            commit(9, "general");
            commit(1, "rare");
        }

        assertThat(seqs(reader.page(after(15, 2, RoomFilter.of("rare"))))).containsExactly(20L, 30L);
        assertThat(seqs(reader.page(before(500, 2, RoomFilter.of("rare"))))).containsExactly(480L, 490L);
        assertThat(seqs(reader.page(newest(1000, RoomFilter.of("rare"))))).hasSize(50);
    }

    @Test
    void aRangeEndsBeforeItsEnd() {
        commit(10, "general");

        Page page = reader.page(new PageRequest(OptionalLong.of(3), OptionalLong.of(6), 50, RoomFilter.ALL));

        assertThat(seqs(page)).containsExactly(4L, 5L);
    }

    @Test
    void theSearchForARareRoomStopsAtItsLimitAndLeadsOn() {
        commit(1, "rare");
        commit(MessageReader.MAX_SCANNED + 1000, "general");
        commit(1, "rare");
        long last = reader.commit();

        Page page = reader.page(before(last, 10, RoomFilter.of("rare")));
        assertThat(page.messages()).isEmpty();
        Page rest = reader.page(before(page.prev().orElseThrow(), 10, RoomFilter.of("rare")));
        assertThat(seqs(rest)).containsExactly(1L);

        Page forward = reader.page(after(1, 10, RoomFilter.of("rare")));
        assertThat(forward.messages()).isEmpty();
        assertThat(seqs(reader.page(after(forward.next(), 10, RoomFilter.of("rare")))))
                .containsExactly(last);
    }

    @Test
    void aPageOfGreatMessagesStopsAtItsLimitOfBytesInBothDirections() {
        commit(600, "general", "x".repeat(16 * 1024));

        Page forward = reader.page(after(0, 1000, RoomFilter.ALL));
        Page backward = reader.page(newest(1000, RoomFilter.ALL));

        assertThat(forward.messages()).hasSizeLessThan(350);
        assertThat(forward.next()).isEqualTo(forward.messages().getLast().seq());
        assertThat(backward.messages()).hasSizeLessThan(350);
        assertThat(backward.messages().getLast().seq()).isEqualTo(600);
        assertThat(backward.prev()).hasValue(backward.messages().getFirst().seq());
    }

    @Test
    void aPlaceThatWasRemovedIsSaidAndNotSkipped() {
        commit(10, "general");
        log.removeBelow(4);

        assertThatThrownBy(() -> reader.page(after(2, 50, RoomFilter.ALL)))
                .isInstanceOf(MessagesRemovedException.class);
        assertThatThrownBy(() -> reader.page(before(4, 50, RoomFilter.ALL)))
                .isInstanceOf(MessagesRemovedException.class);
        assertThatThrownBy(() -> reader.message(3)).isInstanceOf(MessagesRemovedException.class);
        Page page = reader.page(newest(50, RoomFilter.ALL));
        assertThat(seqs(page)).startsWith(4L);
        assertThat(page.prev()).isEmpty();
    }

    @Test
    void oneMessageIsThereOnceItIsCommitted() {
        commit(1, "general");

        assertThat(reader.message(1)).isPresent();
        assertThat(reader.message(2)).isEmpty();
    }
}
