package dev.concord.cli.chat;

import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The line that a person types, with a cursor between its visible characters, and the lines typed before.
final class InputLine {
    /// Lines that can be called up again.
    static final int MAX_HISTORY = 500;
    /// Longest text that can be typed or pasted: what a message may hold by default.
    static final int MAX_CHARS = 16 * 1024;

    private final StringBuilder text = new StringBuilder();
    private final List<String> history = new ArrayList<>();
    private int cursor;
    private int recalled = -1;
    private String unfinished = "";
    private String killed = "";

    String text() {
        return text.toString();
    }

    boolean isEmpty() {
        return text.isEmpty();
    }

    String beforeCursor() {
        return text.substring(0, cursor);
    }

    String afterCursor() {
        return text.substring(cursor);
    }

    /// Puts text where the cursor is. Control characters do not get in; what else could steer the terminal is
    /// judged with its surroundings when it is shown, since a joiner of pictures may come alone.
    void insert(String typed) {
        String plain = typed.replace("\r\n", "\n")
                .replace('\r', '\n')
                .replace("\t", "    ")
                .codePoints()
                .filter(c -> c == '\n' || !Character.isISOControl(c))
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        String fitting = plain.substring(0, Math.min(plain.length(), Math.max(0, MAX_CHARS - text.length())));
        text.insert(cursor, fitting);
        cursor += fitting.length();
    }

    void replace(String newText) {
        text.setLength(0);
        text.append(newText);
        cursor = text.length();
    }

    /// Empties the line, and keeps what was in it for later.
    String take() {
        String taken = text.toString();
        if (!taken.isBlank() && (history.isEmpty() || !history.getLast().equals(taken))) {
            history.add(taken);
            if (history.size() > MAX_HISTORY) {
                history.removeFirst();
            }
        }
        clear();
        return taken;
    }

    void clear() {
        replace("");
        recalled = -1;
    }

    void backspace() {
        int from = before(cursor);
        text.delete(from, cursor);
        cursor = from;
    }

    void delete() {
        text.delete(cursor, after(cursor));
    }

    void left() {
        cursor = before(cursor);
    }

    void right() {
        cursor = after(cursor);
    }

    void home() {
        cursor = 0;
    }

    void end() {
        cursor = text.length();
    }

    void wordLeft() {
        cursor = wordStart();
    }

    void wordRight() {
        int at = cursor;
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        while (at < text.length() && !Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        cursor = at;
    }

    void killWord() {
        kill(wordStart(), cursor);
    }

    void killToStart() {
        kill(0, cursor);
    }

    void killToEnd() {
        kill(cursor, text.length());
    }

    /// Brings back what was killed last.
    void yank() {
        insert(killed);
    }

    void older() {
        int to = recalled < 0 ? history.size() - 1 : Math.max(0, recalled - 1);
        if (to >= 0) {
            unfinished = recalled < 0 ? text() : unfinished;
            recalled = to;
            replace(history.get(to));
        }
    }

    void newer() {
        if (recalled >= 0) {
            recalled = recalled + 1 < history.size() ? recalled + 1 : -1;
            replace(recalled < 0 ? unfinished : history.get(recalled));
        }
    }

    private void kill(int from, int to) {
        killed = text.substring(from, to);
        text.delete(from, to);
        cursor = from;
    }

    private int wordStart() {
        int at = cursor;
        while (at > 0 && Character.isWhitespace(text.charAt(at - 1))) {
            at--;
        }
        while (at > 0 && !Character.isWhitespace(text.charAt(at - 1))) {
            at--;
        }
        return at;
    }

    private int before(int offset) {
        return offset == 0 ? 0 : Math.max(0, boundaries().preceding(offset));
    }

    private int after(int offset) {
        return offset == text.length() ? offset : boundaries().following(offset);
    }

    private BreakIterator boundaries() {
        BreakIterator boundaries = BreakIterator.getCharacterInstance(Locale.ROOT);
        boundaries.setText(text.toString());
        return boundaries;
    }
}
