package dev.concord.cli;

/// One thing that `concord doctor` looked at.
///
/// @param remedy what to do about it; empty if nothing
record Finding(Level level, String subject, String text, String remedy) {
    enum Level {
        OK,
        WARN,
        FAIL
    }

    static Finding ok(String subject, String text) {
        return new Finding(Level.OK, subject, text, "");
    }

    static Finding warn(String subject, String text, String remedy) {
        return new Finding(Level.WARN, subject, text, remedy);
    }

    static Finding fail(String subject, String text, String remedy) {
        return new Finding(Level.FAIL, subject, text, remedy);
    }
}
