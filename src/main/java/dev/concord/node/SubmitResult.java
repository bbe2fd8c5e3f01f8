package dev.concord.node;

import dev.concord.protocol.NodeId;
import dev.concord.protocol.Term;
import java.util.List;

/// What became of a submission: committed, surely not appended, or unknown; never a fourth (X1).
public sealed interface SubmitResult {
    /// A majority holds it durably and this node has applied it.
    record Committed(long seq, long index, Term term, List<NodeId> durableOn) implements SubmitResult {}

    /// The same user committed the same message under this key before, as `seq` (X3).
    record Duplicate(long seq, long index, Term term) implements SubmitResult {}

    /// The key belongs to another message (X3). Not appended.
    record KeyReused() implements SubmitResult {}

    /// The client knew a seq below the deduplication window: nobody can tell whether this is new (X4). Not
    /// appended.
    record DedupExpired() implements SubmitResult {}

    /// Surely not appended by anyone; the reason says whether waiting helps.
    record NotAppended(Reason reason, long retryAfterMillis) implements SubmitResult {}

    /// It may or may not be appended: a retry with the same key tells.
    record Unknown() implements SubmitResult {}

    enum Reason {
        /// No majority of the voters is reachable from here.
        NO_QUORUM,
        /// No leader was found until the deadline.
        NO_LEADER,
        /// Too many messages wait already (X6).
        OVERLOADED,
        /// The cluster has fewer voters than a majority of the configured nodes (M1).
        FORMING,
        /// Too little is free on the disk of this node (S8).
        DISK_FULL,
        /// This node is stopping.
        STOPPING
    }
}
