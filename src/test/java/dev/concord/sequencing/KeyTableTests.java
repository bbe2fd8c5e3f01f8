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
