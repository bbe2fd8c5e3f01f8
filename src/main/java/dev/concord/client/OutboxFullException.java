package dev.concord.client;

/// Too many messages wait to become durable.
public final class OutboxFullException extends Exception {
    private static final long serialVersionUID = 1;

    OutboxFullException(int limit) {
        super(limit + " messages wait already: wait until the cluster has taken some of them");
    }
}
