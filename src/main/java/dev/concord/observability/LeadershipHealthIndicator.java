package dev.concord.observability;

import dev.concord.chat.Cluster;
import dev.concord.node.NodeStatus;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/// Whether this node knows a leader and hears it, or leads itself. The detail `role` tells which.
public final class LeadershipHealthIndicator implements HealthIndicator {
    private final Cluster cluster;

    public LeadershipHealthIndicator(Cluster cluster) {
        this.cluster = cluster;
    }

    @Override
    public Health health() {
        if (!cluster.isServing()) {
            return ClusterHealth.recovering(cluster);
        }
        NodeStatus status = cluster.status();
        return ClusterHealth.of(status.leader().isPresent(), status);
    }
}
