package dev.concord.sequencing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concord.protocol.ChainHash;
import dev.concord.protocol.ChatBody;
import dev.concord.protocol.Examples;
import dev.concord.protocol.LogEntry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyTableTests {
    private static LogEntry entry(long seq, String id, String user) {
        ChatBody body = ChatBody.of(id, user, "general", "ada", "text " + seq);
        return LogEntry.chat(Examples.position(1, seq + 1), seq, Examples.AT, body, ChainHash.ZERO);
    }

    private static String name(Random random) {
        return "k".repeat(1 + random.nextInt(30)) + random.nextInt(3_000);
    }

    private static void add(KeyTable table, LogEntry entry, boolean isAtHand) {
        if (isAtHand) {
            table.add(entry);
            return;
        }
        ChatBody body = entry.body();
        byte[] key = new byte[body.keyLength() + 2];
        body.copyKey(key, 1);
        table.add(entry.seq(), entry.index(), body.payloadHash(), key, 1, body.keyLength());
    }

    /// Against a map of objects, over every size that it grows through, with keys of all lengths.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void knowsWhatAMapKnows(long seed) {
        Random random = new Random(seed);
        KeyTable table = new KeyTable(seed);
        Map<String, LogEntry> newest = new HashMap<>();
        List<LogEntry> entries = new ArrayList<>();
        int most = 0;
        for (int step = 0; step < 20_000; step++) {
            int growth = step / 4_000 % 2 == 0 ? 7 : 4; // times of growth, and times of shrinking
            if (entries.isEmpty() || random.nextInt(10) < growth) {
                long seq = entries.isEmpty()
                        ? 1 + random.nextInt(100)
                        : entries.getLast().seq() + 1;
                LogEntry next = entry(seq, name(random), random.nextBoolean() ? "" : "ada");
                if (!newest.containsKey(next.body().key())) { // as the leader sees to
                    entries.add(next);
                    newest.put(next.body().key(), next);
                    add(table, next, random.nextBoolean());
                }
            } else if (random.nextInt(4) == 0) {
                newest.remove(entries.removeLast().body().key());
                table.removeNewest();
            } else {
                newest.remove(entries.removeFirst().body().key());
                table.removeOldest();
            }
            most = Math.max(most, entries.size());
            ChatBody asked = ChatBody.of(name(random), "", "other", "eve", "other");
            LogEntry known = newest.get(asked.key());
            assertThat(table.find(asked)).isEqualTo(known == null ? -1 : known.seq());
        }
        assertThat(most).isGreaterThan(1_000);
        assertThat(table.size()).isEqualTo(entries.size());
        for (LogEntry entry : entries) {
            assertThat(table.find(entry.body())).isEqualTo(entry.seq());
            assertThat(table.index(entry.seq())).isEqualTo(entry.index());
            assertThat(table.payloadHash(entry.seq())).isEqualTo(entry.body().payloadHash());
        }
    }

    /// A window that moves on as under load, cut back at its end now and then as by a new leader, which often appends
    /// the same messages again: over many turns of the buckets, and never larger than the window needs.
    @ParameterizedTest
    @ValueSource(ints = {1, 100, 300, 1_000, 3_000})
    void aMovingWindowStaysAsLargeAsItIs(int window) {
        Random random = new Random(window);
        KeyTable table = new KeyTable(window);
        Map<String, Long> newest = new HashMap<>();
        List<LogEntry> entries = new ArrayList<>(); // from the first on
        long next = 1;
        for (int step = 0; step < 30_000; step++) {
            LogEntry added = entry(next++, "key " + random.nextInt(window * 20), "");
            while (newest.containsKey(added.body().key())) { // as the leader sees to
                added = entry(added.seq(), "key " + random.nextInt(window * 20), "");
            }
            entries.add(added);
            newest.put(added.body().key(), added.seq());
            add(table, added, random.nextBoolean());
            while (table.size() > window) {
                newest.remove(entries.get((int) table.firstSeq() - 1).body().key());
                table.removeOldest();
            }
            if (random.nextInt(500) == 0) {
                next = cutBack(table, newest, entries, random.nextInt(table.size()), random);
            }
            ChatBody asked = entry(1, "key " + random.nextInt(window * 20), "").body();
            assertThat(table.find(asked)).isEqualTo(newest.getOrDefault(asked.key(), -1L));
        }
        assertThat(table.capacity()).isBetween(256, Math.max(256, 4 * window));
    }

    /// Removes so many at the end, adds most of them again one later, and returns the seq of what comes next.
    private static long cutBack(
            KeyTable table, Map<String, Long> newest, List<LogEntry> entries, int count, Random random) {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            LogEntry cut = entries.removeLast();
            newest.remove(cut.body().key());
            ids.addFirst(cut.body().id());
            table.removeNewest();
            assertThat(table.find(cut.body())).isEqualTo(-1);
        }
        long next = table.lastSeq() + 1;
        for (String id : ids) {
            if (random.nextInt(4) > 0) {
                LogEntry again = entry(next++, id, "");
                entries.add(again);
                newest.put(again.body().key(), again.seq());
                table.add(again);
            }
        }
        return next;
    }

    @Test
    void findsTheNewerOfTwoEntriesWithOneKeyAndForgetsTheOlderAlone() {
        KeyTable table = new KeyTable(1);
        table.add(entry(1, "a", ""));
        table.add(entry(2, "b", ""));
        table.add(entry(3, "a", ""));

        table.removeOldest();

        assertThat(table.find(entry(9, "a", "").body())).isEqualTo(3);
        assertThat(table.find(entry(9, "b", "").body())).isEqualTo(2);
    }

    /// Empty again and again, of more keys than one block of their bytes holds.
    @Test
    void beginsAnew() {
        KeyTable table = new KeyTable(1);
        for (int turn = 0; turn < 4; turn++) {
            int from = 10_000 * turn + 1;
            for (int seq = from; seq < from + 1_001 + turn; seq++) {
                table.add(entry(seq, "k".repeat(100) + seq, ""));
            }
            for (int seq = from; seq < from + 1_001 + turn; seq++) {
                assertThat(table.find(entry(9, "k".repeat(100) + seq, "").body()))
                        .isEqualTo(seq);
                table.removeOldest();
            }
            assertThat(table.size()).isZero();
        }
    }

    @Test
    void makesPlacesForAllThatAreToCome() {
        KeyTable table = new KeyTable(1);
        table.reserve(2_000);
        int capacity = table.capacity();
        for (int seq = 1; seq <= 2_000; seq++) {
            table.add(entry(seq, "key " + seq, ""));
            assertThat(table.find(entry(9, "key " + seq, "").body())).isEqualTo(seq);
        }

        assertThat(table.capacity()).isEqualTo(capacity).isEqualTo(4_096);
        table.reserve(10);
        assertThat(table.capacity()).isEqualTo(capacity);
        assertThat(table.find(entry(9, "key 1", "").body())).isEqualTo(1);
    }

    @Test
    void tellsAnIdOfOneUserFromTheSameIdOfAnother() {
        KeyTable table = new KeyTable(1);
        table.add(entry(1, "a", "ada"));

        assertThat(table.find(entry(9, "a", "bob").body())).isEqualTo(-1);
        assertThat(table.find(entry(9, "a", "ada").body())).isEqualTo(1);
    }

    @Test
    void refusesAnEntryThatDoesNotFollow() {
        KeyTable table = new KeyTable(1);
        table.add(entry(1, "a", ""));

        assertThatThrownBy(() -> table.add(entry(3, "c", "")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the key of message 3 after that of 1");
    }
}
