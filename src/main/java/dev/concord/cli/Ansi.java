package dev.concord.cli;

/// The few colours of the commands.
final class Ansi {
    static final String GREEN = "\u001b[32m";
    static final String YELLOW = "\u001b[33m";
    static final String RED = "\u001b[31m";
    static final String DIM = "\u001b[2m";
    static final String BOLD = "\u001b[1m";

    private static final String PLAIN = "\u001b[0m";

    private Ansi() {}

    static String of(ClusterHealth health) {
        return switch (health) {
            case HEALTHY -> GREEN;
            case DEGRADED -> YELLOW;
            case NO_QUORUM -> RED;
        };
    }

    static String paint(String text, String colour, boolean coloured) {
        return coloured && !colour.isEmpty() ? colour + text + PLAIN : text;
    }
}
