/// What an operator watches: health for the orchestrator, meters for the dashboard, the cluster as one page.
///
/// It decides what counts as alive, ready and writable. It only looks: from this node's own knowledge, never by asking
/// another node, and never in a way that slows the node down.
///
/// Invariant: liveness depends on this process alone. If it depended on a quorum, a partition would become a storm of
/// restarts.
///
/// Start with [dev.concord.observability.WritesHealthIndicator], then [dev.concord.observability.ClusterMeters].
@NullMarked
package dev.concord.observability;

import org.jspecify.annotations.NullMarked;
