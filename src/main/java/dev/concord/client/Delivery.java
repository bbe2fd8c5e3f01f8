package dev.concord.client;

import java.util.List;

/// What is known of a message on its way.
public sealed interface Delivery {
    /// It waits, for a connection or for the one before it.
    record Queued() implements Delivery {}

    /// A node has it.
    record Sending(String url) implements Delivery {}

    /// A majority has it on disk, as this seq.
    ///
    /// @param nodes those that are known to have it; empty if the node did not say
    record Durable(long seq, List<Long> nodes) implements Delivery {
        public Durable {
            nodes = List.copyOf(nodes);
        }
    }

    /// It is tried again with the same id, which stores it once.
    ///
    /// @param unknown whether it may be stored already
    record Retrying(String why, boolean unknown) implements Delivery {}

    /// It is not stored, and trying again would not help.
    record Refused(Problem problem) implements Delivery {}

    /// Whether nothing further will become known.
    default boolean isFinal() {
        return this instanceof Durable || this instanceof Refused;
    }
}
