package dev.concord.observability;

import dev.concord.chat.Cluster;
import dev.concord.node.NodeStatus;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/// Readiness: the log is recovered, the node belongs to a cluster, has caught up since its start, is not being repaired
/// and not draining, so it can serve reads and pass messages on. A node that lost its quorum stays ready, because its
/// history can still be read.
public final class RecoveryHealthIndicator implements HealthIndicator {
    private final Cluster cluster;

    public RecoveryHealthIndicator(Cluster cluster) {
        this.cluster = cluster;
    }

    @Override
    public Health health() {
        if (!cluster.isServing()) {
            return ClusterHealth.recovering(cluster);
        }
        NodeStatus status = cluster.status();
        return ClusterHealth.of(cluster.isReady(), status);
    }
}
