package dev.concord.cli.chat;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PainterTests {
    private final Row line = Row.of(Style.PLAIN, "> ");

    @Test
    void onlyRowsThatChangedAreWritten() {
        Painter painter = new Painter(true);
        painter.paint(List.of(Row.of(Style.PLAIN, "one"), Row.of(Style.PLAIN, "two")), 20, line, new Row());

        String second =
                painter.paint(List.of(Row.of(Style.PLAIN, "one"), Row.of(Style.PLAIN, "2")), 20, line, new Row());

        assertThat(second).doesNotContain("one").contains("\u001b[2;1H2\u001b[K");
    }

    @Test
    void afterAResizeEverythingIsWritten() {
        Painter painter = new Painter(true);
        painter.paint(List.of(Row.of(Style.PLAIN, "one")), 20, line, new Row());

        painter.forget();

        assertThat(painter.paint(List.of(Row.of(Style.PLAIN, "one")), 20, line, new Row()))
                .contains("\u001b[2J", "one");
    }

    @Test
    void theLastCharacterOfAFullRowIsNotErasedAgain() {
        String full = new Painter(true).paint(List.of(Row.of(Style.PLAIN, "12345")), 5, line, new Row());

        assertThat(full).contains("\u001b[2K12345").doesNotContain("12345\u001b[K");
    }

    @Test
    void withoutColoursOnlyBoldDimAndReverseAreLeft() {
        Row row = new Row().add(Style.GOOD, "a").add(Style.CYAN, "b").add(Style.BAR, "c");

        assertThat(row.encode(false)).isEqualTo("ab\u001b[7mc\u001b[0m");
        assertThat(row.encode(true)).contains("\u001b[32ma", "\u001b[36mb");
    }

    @Test
    void theTerminalIsLeftAsItWas() {
        assertThat(Painter.LEAVE)
                .contains("\u001b[?1049l", "\u001b[?25h", "\u001b[?7h", "\u001b[?2004l", "\u001b[?1004l", "\u001b[0m");
    }
}
