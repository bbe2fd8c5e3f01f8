package dev.concord.protocol;

/// Why a node refuses a link (T3 to T5, M3, M4).
public enum Refusal {
    /// The other speaks a protocol version this node does not.
    UNSUPPORTED_VERSION,
    /// The other belongs to another cluster (T4).
    FOREIGN_CLUSTER,
    /// The proof does not match: the cluster secrets differ (T3).
    BAD_SECRET,
    /// Another store with the same node id is alive, or has this node's own id (M3). The refused node exits.
    DUPLICATE_NODE_ID,
    /// The same member is connected under another boot: two processes on one data directory (T5).
    DUPLICATE_BOOT,
    /// The member reports less than it acknowledged earlier: it has lost state. It halts and joins anew (T5).
    STATE_REGRESSION,
    /// The member was removed from the cluster (M4).
    REMOVED,
    /// The link asks for something this node does not accept now (too many links, shutting down).
    BUSY
}
