package dev.concord.transport;

/// What came over a link cannot be accepted: which rule it breaks, and where. The link is closed.
final class ViolationException extends Exception {
    private static final long serialVersionUID = 1;

    private final Violation violation;

    ViolationException(Violation violation, String message) {
        super(message);
        this.violation = violation;
    }

    Violation violation() {
        return violation;
    }
}
