package dev.concord.observability;

import dev.concord.chat.Cluster;
import dev.concord.node.NodeStatus;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/// Whether a message submitted here now can be expected to commit: a leader is known and a majority reachable.
public final class WritesHealthIndicator implements HealthIndicator {
    private final Cluster cluster;

    public WritesHealthIndicator(Cluster cluster) {
        this.cluster = cluster;
    }

    @Override
    public Health health() {
        if (!cluster.isServing()) {
            return ClusterHealth.recovering(cluster);
        }
        NodeStatus status = cluster.status();
        return ClusterHealth.of(status.writable(), status);
    }
}
