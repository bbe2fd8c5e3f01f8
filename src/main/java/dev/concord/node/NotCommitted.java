package dev.concord.node;

import dev.concord.node.SubmitResult.Reason;
import dev.concord.protocol.PeerMessage.ChatStatus;

/// What a client is told of a message that is not committed.
final class NotCommitted {
    private NotCommitted() {}

    /// Surely not appended, and when it is worth trying again.
    static SubmitResult because(Reason reason) {
        long retryAfterMillis = switch (reason) {
            case OVERLOADED -> 200;
            case NO_LEADER, NO_QUORUM, FORMING, DISK_FULL, STOPPING -> 1000;
        };
        return new SubmitResult.NotAppended(reason, retryAfterMillis);
    }

    /// What an outcome at the leader means to the client.
    static SubmitResult of(ChatStatus status) {
        return switch (status) {
            case KEY_REUSED -> new SubmitResult.KeyReused();
            case DEDUP_EXPIRED -> new SubmitResult.DedupExpired();
            case FORMING -> because(Reason.FORMING);
            case COMMITTED, DUPLICATE, BUSY, NOT_LEADER, UNKNOWN -> new SubmitResult.Unknown();
        };
    }
}
