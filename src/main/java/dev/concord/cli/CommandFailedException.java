package dev.concord.cli;

/// Ends a command with one line on standard error and an exit code.
final class CommandFailedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /// Refused, failed, or not the same everywhere.
    static final int FAILED = 1;
    /// No node could be reached.
    static final int UNREACHABLE = 3;

    private final int exitCode;

    /// @param message what happened and the next step
    CommandFailedException(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    static CommandFailedException unreachable(String nodes, String why) {
        return new CommandFailedException(
                UNREACHABLE,
                "no node answers at " + nodes + " (" + why + "): start them with concord up, or name one with --node.");
    }

    int exitCode() {
        return exitCode;
    }
}
