package dev.concord.protocol;

/// The two links that a node dials to each peer, so that bulk transfer never delays a heartbeat (T2).
public enum Channel {
    /// Small and urgent: heartbeats and everything about elections and membership.
    CONTROL,
    /// Entries and what acknowledges them; client messages on their way to the leader.
    BULK
}
