package dev.concord.protocol;

/// The configured number of a node: unique in its cluster, positive, and its priority in the Bully election
/// (the highest able id leads). [#NONE] stands for "no node" in messages and snapshots.
public record NodeId(int value) implements Comparable<NodeId> {
    /// No node: an unknown leader, an empty field of a message.
    public static final NodeId NONE = new NodeId(0);

    public NodeId {
        if (value < 0) {
            throw new IllegalArgumentException("a node id is a positive number, not " + value);
        }
    }

    /// Whether this names a node at all.
    public boolean isPresent() {
        return value != 0;
    }

    /// The Bully comparison: a higher id outranks a lower one.
    public boolean outranks(NodeId other) {
        return value > other.value;
    }

    @Override
    public int compareTo(NodeId other) {
        return Integer.compare(value, other.value);
    }

    @Override
    public String toString() {
        return value == 0 ? "none" : Integer.toString(value);
    }
}
