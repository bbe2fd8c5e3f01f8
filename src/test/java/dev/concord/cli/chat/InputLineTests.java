package dev.concord.cli.chat;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class InputLineTests {
    private final InputLine line = new InputLine();

    @Test
    void theCursorMovesOverWhatAPersonSeesAsOneCharacter() {
        line.insert("a👩‍💻é");
        line.left();
        line.left();
        line.insert("x");
        line.delete();

        assertThat(line.text()).isEqualTo("axé");
    }

    @Test
    void backspaceTakesAWholePictureAway() {
        line.insert("a👩‍💻");
        line.backspace();
        assertThat(line.text()).isEqualTo("a");
        line.backspace();
        line.backspace();
        assertThat(line.isEmpty()).isTrue();
    }

    @Test
    void wordsAreKilledAndBroughtBack() {
        line.insert("one two  three");
        line.killWord();
        assertThat(line.text()).isEqualTo("one two  ");
        line.home();
        line.yank();
        assertThat(line.text()).isEqualTo("threeone two  ");
        line.wordRight();
        line.killToEnd();
        assertThat(line.text()).isEqualTo("threeone");
        line.killToStart();
        assertThat(line.isEmpty()).isTrue();
    }

    @Test
    void whatWasTypedBeforeComesBackAndTheUnfinishedLineIsKept() {
        line.insert("first");
        line.take();
        line.insert("second");
        line.take();
        line.insert("unfin");

        line.older();
        line.older();
        line.older();
        assertThat(line.text()).isEqualTo("first");
        line.newer();
        assertThat(line.text()).isEqualTo("second");
        line.newer();
        assertThat(line.text()).isEqualTo("unfin");
    }

    @Test
    void historyAndTextAreBounded() {
        for (int i = 0; i <= InputLine.MAX_HISTORY; i++) {
            line.insert("line " + i);
            line.take();
        }
        for (int i = 0; i <= InputLine.MAX_HISTORY; i++) {
            line.older();
        }
        assertThat(line.text()).isEqualTo("line 1");

        line.clear();
        line.insert("x".repeat(InputLine.MAX_CHARS + 1));
        assertThat(line.text()).hasSize(InputLine.MAX_CHARS);
    }

    @Test
    void pastedControlCharactersDoNotGetIn() {
        line.insert("a\u001b[31mb\tc\r\nd");

        assertThat(line.text()).isEqualTo("a[31mb    c\nd");
    }

    @Test
    void aLongLineShowsThePartAroundTheCursor() {
        line.insert("0123456789".repeat(5));
        InputRow atEnd = InputRow.of("> ", line, 20);
        assertThat(atEnd.before().text()).startsWith("> ‹").endsWith("789");
        assertThat(atEnd.after().text()).isEmpty();

        line.home();
        InputRow atStart = InputRow.of("> ", line, 20);
        assertThat(atStart.before().text()).isEqualTo("> ");
        assertThat(atStart.after().text()).startsWith("0123");

        for (int i = 0; i < 25; i++) {
            line.right();
            InputRow row = InputRow.of("> ", line, 20);
            assertThat(row.before().width() + row.after().width()).isLessThanOrEqualTo(20);
        }
    }
}
