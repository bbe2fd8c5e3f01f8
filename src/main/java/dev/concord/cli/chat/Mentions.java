package dev.concord.cli.chat;

import java.util.Locale;

/// Whether a text speaks to somebody: `@name`, or the name as a word of its own.
final class Mentions {
    private Mentions() {}

    static boolean of(String name, String text) {
        String where = text.toLowerCase(Locale.ROOT);
        String wanted = name.toLowerCase(Locale.ROOT);
        for (int at = where.indexOf(wanted); at >= 0; at = where.indexOf(wanted, at + 1)) {
            if (!isLetter(where, at - 1) && !isLetter(where, at + wanted.length())) {
                return true;
            }
        }
        return false;
    }

    private static boolean isLetter(String text, int at) {
        return at >= 0 && at < text.length() && Character.isLetterOrDigit(text.charAt(at));
    }
}
