package dev.concord.cli.chat;

/// How a piece of text looks. Where colours are not wanted, what is left is bold, dim and reverse.
enum Style {
    PLAIN("", ""),
    BOLD("1", "1"),
    DIM("2", "2"),
    BAR("7", "7"),
    BAR_BOLD("1;7", "1;7"),
    GOOD("32", ""),
    WARNING("33", ""),
    BAD("31", "1"),
    CYAN("36", ""),
    GREEN("32", ""),
    YELLOW("33", ""),
    MAGENTA("35", ""),
    BLUE("94", ""),
    BRIGHT_GREEN("92", ""),
    BRIGHT_MAGENTA("95", ""),
    BRIGHT_CYAN("96", ""),
    ME("1", "1");

    private static final Style[] NAMES = {CYAN, GREEN, YELLOW, MAGENTA, BLUE, BRIGHT_GREEN, BRIGHT_MAGENTA, BRIGHT_CYAN
    };

    private final String coloured;
    private final String plain;

    Style(String coloured, String plain) {
        this.coloured = coloured;
        this.plain = plain;
    }

    /// The same name has the same colour everywhere and always.
    static Style ofName(String name) {
        return NAMES[Math.floorMod(name.hashCode(), NAMES.length)];
    }

    String code(boolean colours) {
        return colours ? coloured : plain;
    }
}
