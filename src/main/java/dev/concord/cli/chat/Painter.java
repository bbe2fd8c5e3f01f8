package dev.concord.cli.chat;

import java.util.ArrayList;
import java.util.List;

/// Writes the screen, only the rows that have changed. Each row is written whole at its own place, and the cursor is
/// left where the terminal itself had it at that point of the input: so a terminal that counts the width of some
/// character differently can get no other row wrong.
final class Painter {
    private static final String ESC = "\u001b";
    /// Alternate screen; no wrapping at the edge; pasted text comes marked; focus is told.
    static final String ENTER = ESC + "[?1049h" + ESC + "[?7l" + ESC + "[?2004h" + ESC + "[?1004h" + ESC + "[2J";

    static final String LEAVE =
            ESC + "[?1004l" + ESC + "[?2004l" + ESC + "[?7h" + ESC + "[0m" + ESC + "[?25h" + ESC + "[?1049l";

    private final boolean colours;
    private List<String> shown = new ArrayList<>();

    Painter(boolean colours) {
        this.colours = colours;
    }

    /// Everything has to be written again.
    void forget() {
        shown = new ArrayList<>();
    }

    /// What to write so that the terminal shows these rows, the last of them in two parts with the cursor between.
    String paint(List<Row> rows, int width, Row beforeCursor, Row afterCursor) {
        StringBuilder out = new StringBuilder(ESC + "[?25l");
        if (shown.isEmpty()) {
            out.append(ESC).append("[2J");
        }
        List<String> now = new ArrayList<>(rows.size());
        for (int i = 0; i < rows.size(); i++) {
            String row = rows.get(i).encode(colours);
            now.add(row);
            if (i >= shown.size() || !row.equals(shown.get(i))) {
                at(out, i + 1);
                if (rows.get(i).width() < width) {
                    out.append(row).append(ESC).append("[K");
                } else { // what is erased behind a full row would be its last character
                    out.append(ESC).append("[2K").append(row);
                }
            }
        }
        shown = now;
        at(out, rows.size() + 1)
                .append(beforeCursor.encode(colours))
                .append(ESC)
                .append("7");
        out.append(afterCursor.encode(colours))
                .append(ESC)
                .append("[K")
                .append(ESC)
                .append("8");
        return out.append(ESC).append("[?25h").toString();
    }

    private static StringBuilder at(StringBuilder out, int row) {
        return out.append(ESC).append('[').append(row).append(";1H");
    }
}
