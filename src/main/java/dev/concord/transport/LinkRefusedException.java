package dev.concord.transport;

import dev.concord.protocol.Refusal;

/// A handshake that ended with a refusal, by the peer or by this node.
final class LinkRefusedException extends Exception {
    private static final long serialVersionUID = 1;

    private final Refusal reason;

    LinkRefusedException(Refusal reason, String message) {
        super(message);
        this.reason = reason;
    }

    Refusal reason() {
        return reason;
    }
}
