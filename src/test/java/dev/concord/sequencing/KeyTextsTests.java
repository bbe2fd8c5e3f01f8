package dev.concord.sequencing;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyTextsTests {
    private record Text(int position, String text) {}

    private final KeyTexts texts = new KeyTexts();
    private final Deque<Text> kept = new ArrayDeque<>();

    private void add(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        int position = texts.add(bytes.length, kept.isEmpty() ? 0 : kept.getFirst().position);
        System.arraycopy(bytes, 0, texts.block(position), KeyTexts.offset(position), bytes.length);
        kept.addLast(new Text(position, text));
    }

    private String read(Text text) {
        int at = KeyTexts.offset(text.position);
        return new String(texts.block(text.position), at, text.text.length(), StandardCharsets.US_ASCII);
    }

    /// Beside a queue of strings: texts of every length, the longest with a block of their own, cut back at the end and
    /// forgotten at the beginning.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void holdWhatTheyWereGiven(long seed) {
        Random random = new Random(seed);
        int most = 0;
        for (int step = 0; step < 30_000; step++) {
            boolean grows = step / 6_000 % 2 == 0;
            if (kept.isEmpty()) {
                texts.clear();
            }
            if (kept.isEmpty() || random.nextInt(10) < (grows ? 7 : 4)) {
                int length = random.nextInt(2_000) == 0 ? 20_000 + random.nextInt(40_000) : 1 + random.nextInt(400);
                add(Character.toString('a' + random.nextInt(26)).repeat(length));
            } else if (random.nextInt(4) == 0) {
                texts.cut(kept.removeLast().position);
            } else {
                kept.removeFirst();
            }
            most = Math.max(most, texts.count());
            if (step % 500 == 0) {
                kept.forEach(text -> assertThat(read(text)).isEqualTo(text.text));
            }
        }
        assertThat(most).isGreaterThan(10);
        kept.forEach(text -> assertThat(read(text)).isEqualTo(text.text));
    }

    @Test
    void takeNoMoreThanWhatTheyHold() {
        String text = "k".repeat(100);
        for (int i = 0; i < 100_000; i++) {
            add(text);
            if (kept.size() > 10_000) {
                kept.removeFirst();
            }
        }

        assertThat(texts.count()).isBetween(60, 65); // 1,000,000 bytes
    }

    /// The numbers of the blocks begin anew, and nothing else does.
    @Test
    void goOnForEver() {
        String block = "b".repeat(KeyTexts.BLOCK_BYTES);
        int lowest = 0;
        for (int i = 0; i < (1 << 18) + 100; i++) {
            int position = texts.add(block.length(), kept.isEmpty() ? 0 : kept.getFirst().position);
            texts.block(position)[0] = (byte) i;
            lowest = position == 0 ? lowest + 1 : lowest;
            kept.addLast(new Text(position, Character.toString((char) (i & 0xff))));
            if (kept.size() > 100) {
                Text oldest = kept.removeFirst();
                assertThat(texts.block(oldest.position)[0]).isEqualTo((byte) oldest.text.charAt(0));
            }
        }

        assertThat(lowest).as("times that the first block was begun").isEqualTo(2);
        assertThat(texts.count()).isLessThanOrEqualTo(101);
        for (Iterator<Text> newest = kept.iterator(); newest.hasNext(); ) {
            Text text = newest.next();
            assertThat(texts.block(text.position)[0]).isEqualTo((byte) text.text.charAt(0));
        }
    }
}
