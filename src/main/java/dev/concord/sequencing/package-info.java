/// One place in the order for each message, and one history for all.
///
/// It decides what is appended where ([Sequencer] on a leader, [ReplicatedLog] elsewhere), when an entry is committed
/// ([Replicator]: a majority of durable copies of an entry of the leader's own term, R6), and whether a message is a
/// repetition ([DedupIndex], X3). It never decides who leads.
///
/// Invariants: a leader never rewinds in its term; nobody rewinds at or below its commit index (I5); seq is dense (I8);
/// no key stands twice within the window (I9).
///
/// Start with [LogTail], then [Sequencer] and [Replicator].
@NullMarked
package dev.concord.sequencing;

import org.jspecify.annotations.NullMarked;
