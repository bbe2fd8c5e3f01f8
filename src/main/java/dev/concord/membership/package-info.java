/// Which nodes form the cluster: log state, changed only by entries of the log.
///
/// It decides when a cluster is founded (M1), what a joining node is told and when it becomes a voter (M2), and what
/// happens to a second store under a known node id (M3). Alive or dead is an opinion of `detection` and never changes
/// membership (M5).
///
/// Invariant: consecutive configurations differ by at most one voter, and at most one is uncommitted (I15).
///
/// Start with [Membership], then [JoinRule] and [FoundingRule].
@NullMarked
package dev.concord.membership;

import org.jspecify.annotations.NullMarked;
