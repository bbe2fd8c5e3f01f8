package dev.concord.cli.chat;

/// Text of somebody else, made harmless: whatever could steer a terminal, or turn the order of what is read around, is
/// shown as a dot.
public final class HarmlessText {
    private static final int DOT = '\u00b7';
    private static final int JOINER = 0x200D;

    private HarmlessText() {}

    /// As one line: a line break is a dot too.
    public static String line(String text) {
        return harmless(text, false);
    }

    /// With its line breaks.
    static String lines(String text) {
        return harmless(text, true);
    }

    private static String harmless(String text, boolean keepBreaks) {
        StringBuilder plain = new StringBuilder(text.length());
        int before = 0;
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            int after = i < text.length() ? text.codePointAt(i) : 0;
            boolean joined = c == JOINER && isPicture(before) && Character.isExtendedPictographic(after);
            boolean kept = joined || keepBreaks && c == '\n' || !steers(c);
            plain.appendCodePoint(kept ? c : DOT);
            before = c;
        }
        return plain.toString();
    }

    /// Pictures are joined to one, behind a sign of their looks (VS16) or a colour of skin too.
    private static boolean isPicture(int c) {
        return Character.isExtendedPictographic(c) || Character.isEmojiModifier(c) || c == 0xFE0F;
    }

    private static boolean steers(int c) {
        return Character.isISOControl(c)
                || switch (Character.getType(c)) {
                    case Character.FORMAT,
                            Character.LINE_SEPARATOR,
                            Character.PARAGRAPH_SEPARATOR,
                            Character.SURROGATE -> true;
                    default -> false;
                };
    }
}
