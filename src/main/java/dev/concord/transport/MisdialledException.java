package dev.concord.transport;

/// The address dialled is not that of the node that was meant: it is this node itself, or another one.
final class MisdialledException extends Exception {
    private static final long serialVersionUID = 1;

    private final boolean self;

    MisdialledException(boolean self, String message) {
        super(message);
        this.self = self;
    }

    boolean isSelf() {
        return self;
    }
}
