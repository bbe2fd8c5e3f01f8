package dev.concord.cli.lab;

/// An order that cannot be carried out now, and why.
final class OrderRefusedException extends Exception {
    private static final long serialVersionUID = 1;

    private final int status;

    /// @param status of HTTP
    OrderRefusedException(int status, String message) {
        super(message, null, false, false);
        this.status = status;
    }

    int status() {
        return status;
    }
}
