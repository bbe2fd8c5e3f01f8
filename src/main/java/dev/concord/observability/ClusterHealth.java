package dev.concord.observability;

import dev.concord.chat.Cluster;
import dev.concord.node.NodeStatus;
import java.util.Locale;
import org.springframework.boot.health.contributor.Health;

/// What each of the health indicators tells besides up or down.
final class ClusterHealth {
    private ClusterHealth() {}

    /// `behind` counts entries known to be committed that are not durable here.
    static Health of(boolean up, NodeStatus status) {
        Health.Builder health = up ? Health.up() : Health.outOfService();
        return health.withDetail("role", status.role().name().toLowerCase(Locale.ROOT))
                .withDetail("term", status.term().value())
                .withDetail("leader", status.leader().toString())
                .withDetail("commit", status.commitSeq())
                .withDetail("behind", behind(status))
                .build();
    }

    /// Before the log is recovered there is no status to show.
    static Health recovering(Cluster cluster) {
        return Health.outOfService()
                .withDetail("node", cluster.stamp().node().value())
                .withDetail("state", "not serving: recovering its log, or stopping")
                .build();
    }

    private static long behind(NodeStatus status) {
        return status.members().stream()
                .filter(member -> member.member().equals(status.self()))
                .mapToLong(NodeStatus.MemberStatus::behind)
                .findFirst()
                .orElse(0);
    }
}
