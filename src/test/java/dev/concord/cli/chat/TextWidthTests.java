package dev.concord.cli.chat;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextWidthTests {
    @ParameterizedTest
    @CsvSource({
        "hello, 5",
        "世界, 4",
        "ｆｕｌｌ, 8",
        "é, 1",
        "e\u0301, 1",
        "🎉, 2",
        "👩‍💻, 2",
        "👨‍👩‍👧‍👦, 2",
        "👍🏽, 2",
        "🇩🇪, 2",
        "❤️, 2",
        "'', 0"
    })
    void isWhatATerminalTakes(String text, int columns) {
        assertThat(TextWidth.of(text)).isEqualTo(columns);
    }

    @Test
    void aWideCharacterIsNeverCutInHalf() {
        assertThat(TextWidth.fit("世界你好", 5)).isEqualTo("世界…");
        assertThat(TextWidth.fit("世界你好", 4)).isEqualTo("世…");
        assertThat(TextWidth.fit("世界", 4)).isEqualTo("世界");
        assertThat(TextWidth.pad("世", 4)).isEqualTo("世  ");
        assertThat(TextWidth.padLeft("世界你好", 4)).isEqualTo(" 世…");
    }

    @Test
    void linesBreakAtSpaces() {
        assertThat(TextWidth.wrap("the quick brown fox", 10)).containsExactly("the quick", "brown fox");
        assertThat(TextWidth.wrap("one\n\ntwo", 10)).containsExactly("one", "", "two");
        assertThat(TextWidth.wrap("exactly ten", 7)).containsExactly("exactly", "ten");
    }

    @Test
    void aLongWordIsBrokenWhereTheLineEnds() {
        assertThat(TextWidth.wrap("abcdefghij", 4)).containsExactly("abcd", "efgh", "ij");
        assertThat(TextWidth.wrap("世界你好", 5)).containsExactly("世界", "你好");
    }

    @Test
    void noLineIsEverWiderThanItMayBeAndNoVisibleCharacterIsLost() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        String[] pieces = {"a", "bc", " ", "世", "👩‍💻", "e\u0301", "  ", "\n", "🇩🇪", "word"};
        for (int round = 0; round < 500; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(60); i > 0; i--) {
                text.append(pieces[random.nextInt(pieces.length)]);
            }
            int width = 2 + random.nextInt(20);
            StringBuilder seen = new StringBuilder();
            for (String line : TextWidth.wrap(text.toString(), width)) {
                assertThat(TextWidth.of(line)).as("seed " + seed + ": " + text).isLessThanOrEqualTo(width);
                seen.append(line);
            }
            assertThat(seen.toString().replaceAll("\\s", ""))
                    .as("seed " + seed)
                    .isEqualTo(text.toString().replaceAll("\\s", ""));
        }
    }

    @Test
    void aHeapOfAccentsIsBounded() {
        assertThat(TextWidth.clusters("a" + "\u0301".repeat(1_000)).getFirst()).hasSize(TextWidth.MAX_POINTS);
    }
}
