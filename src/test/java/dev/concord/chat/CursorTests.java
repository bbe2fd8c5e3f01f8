package dev.concord.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concord.protocol.ChatBody;
import dev.concord.protocol.LogEntry;
import dev.concord.runtime.InMemoryLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CursorTests {
    private final InMemoryLog log = new InMemoryLog();

    private void commit(int count) {
        List<ChatBody> bodies = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long n = log.committed().commitSeq() + i + 1;
            bodies.add(ChatBody.of("k" + n, "", n % 3 == 0 ? "fizz" : "general", "ada", "message " + n));
        }
        log.commit(bodies);
    }

    private List<Long> readAll(Cursor cursor, int step) {
        List<Long> seqs = new ArrayList<>();
        while (!cursor.isAtEnd()) {
            cursor.next(step, 1 << 20).stream().map(LogEntry::seq).forEach(seqs::add);
        }
        return seqs;
    }

    @Test
    void givesEveryMessageBehindItsPlaceOnceAndInOrder() {
        commit(20);
        Cursor cursor = new Cursor(log.committed(), 7, RoomFilter.ALL);

        assertThat(readAll(cursor, 4)).containsExactly(8L, 9L, 10L, 11L, 12L, 13L, 14L, 15L, 16L, 17L, 18L, 19L, 20L);
        commit(2);
        assertThat(readAll(cursor, 4)).containsExactly(21L, 22L);
    }

    @Test
    void ofARoomPassesOverTheOthersAndKnowsHowFarItLooked() {
        commit(10);
        Cursor cursor = new Cursor(log.committed(), 0, RoomFilter.of("fizz"));

        assertThat(cursor.next(2, 1 << 20)).isEmpty();
        assertThat(cursor.position()).isEqualTo(2);
        assertThat(readAll(cursor, 2)).containsExactly(3L, 6L, 9L);
        assertThat(cursor.position()).isEqualTo(10);
    }

    @Test
    void readsWhatIsNoLongerInMemoryFromTheFileWithoutAGap() {
        commit(40_000);
        Cursor cursor = new Cursor(log.committed(), 0, RoomFilter.ALL);

        List<Long> seqs = readAll(cursor, 512);

        assertThat(seqs).hasSize(40_000);
        assertThat(seqs.getLast()).isEqualTo(40_000);
    }

    @Test
    void waitsAheadOfTheEnd() throws Exception {
        commit(3);
        Cursor cursor = new Cursor(log.committed(), 5, RoomFilter.ALL);

        assertThat(cursor.next(10, 1 << 20)).isEmpty();
        assertThat(cursor.await(Duration.ofMillis(1))).isFalse();
        commit(4);
        assertThat(cursor.await(Duration.ofSeconds(5))).isTrue();
        assertThat(readAll(cursor, 10)).containsExactly(6L, 7L);
    }

    @Test
    void refusesAPlaceThatRetentionHasRemovedInsteadOfSkipping() {
        commit(10);
        log.removeBelow(5);

        assertThatThrownBy(() -> new Cursor(log.committed(), 3, RoomFilter.ALL))
                .isInstanceOfSatisfying(
                        MessagesRemovedException.class,
                        e -> assertThat(e.earliest()).isEqualTo(5));
        assertThat(readAll(new Cursor(log.committed(), 4, RoomFilter.ALL), 100)).startsWith(5L);
    }

    @Test
    void saysSoWhenRetentionOvertakesIt() {
        commit(20_000);
        Cursor cursor = new Cursor(log.committed(), 0, RoomFilter.ALL);
        cursor.next(10, 1 << 20);
        log.removeBelow(1000);

        assertThatThrownBy(() -> cursor.next(10, 1 << 20)).isInstanceOf(MessagesRemovedException.class);
    }
}
