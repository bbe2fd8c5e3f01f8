package dev.concord.cli.chat;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HarmlessTextTests {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u001b[31m", // colours
                "\u001b]0;title\u0007", // the title of the window
                "\u009b2J", // the same as ESC [ in one character
                "\u0007\b\u007f",
                "\u202e", // turns the order of reading around
                "\u2066\u2069",
                "\u200b\ufeff",
                "\u2028\u2029",
                "\udb40\udc41" // tags, which nobody sees
            })
    void whatCouldSteerATerminalIsADot(String text) {
        String shown = HarmlessText.lines("a" + text + "b");

        assertThat(shown).startsWith("a·").endsWith("b");
        assertThat(shown.codePoints()
                        .filter(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT))
                .isEmpty();
    }

    @Test
    void everyControlCharacterIsADot() {
        for (int c = 0; c <= 0x9f; c++) {
            if (Character.isISOControl(c)) {
                assertThat(HarmlessText.line(Character.toString(c))).isEqualTo("·");
            }
        }
    }

    @Test
    void linesAreKeptOnlyWhereTheyAreWanted() {
        assertThat(HarmlessText.line("a\nb")).isEqualTo("a·b");
        assertThat(HarmlessText.lines("a\nb")).isEqualTo("a\nb");
    }

    @Test
    void joinedPicturesStayOneAndAJoinerElsewhereIsADot() {
        assertThat(HarmlessText.line("👩‍💻 👩🏽‍🚀 ❤️‍🔥")).isEqualTo("👩‍💻 👩🏽‍🚀 ❤️‍🔥");
        assertThat(HarmlessText.line("a\u200db")).isEqualTo("a·b");
    }

    @Test
    void ordinaryTextOfAllLanguagesStays() {
        String text = "Grüße, 世界, שלום, नमस्ते, e\u0301 🇩🇪";

        assertThat(HarmlessText.line(text)).isEqualTo(text);
    }
}
