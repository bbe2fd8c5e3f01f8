/// Makes the deterministic node happen: one event-loop thread that steps it, one disk thread that makes its effects
/// durable, a real clock, and bounded queues between them. It also declares the ports: what it needs of a disk
/// ([DurableLog]) and of a network ([PeerLinks]), and what the application gets ([ClusterNode], [CommittedLog]).
///
/// It decides nothing about the protocol: it carries out effects in their order and reports back what happened.
///
/// Invariant: the event loop never blocks, and nothing is reported durable before fsync has returned (S3).
///
/// Start with [ClusterNode], then the two ports.
@NullMarked
package dev.concord.runtime;

import org.jspecify.annotations.NullMarked;
