package dev.concord.observability;

import dev.concord.chat.Cluster;
import dev.concord.node.NodeStatus;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
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
                .withDetails(hindrances(status))
                .build();
    }

    /// Before the log is recovered there is no status to show.
    static Health recovering(Cluster cluster) {
        return Health.outOfService()
                .withDetail("node", cluster.stamp().node().value())
                .withDetail("state", "not serving: recovering its log, or stopping")
                .build();
    }

    /// Said only when there is something to say.
    private static Map<String, Object> hindrances(NodeStatus status) {
        Map<String, Object> details = new LinkedHashMap<>();
        if (status.stale()) {
            details.put("state", "not level with a leader since its start: clients would be shown old messages");
        }
        if (status.repairing()) {
            details.put("repair", "this log is being repaired from the others; until then this node does not count");
        }
        if (status.beyondRepair()) {
            details.put("recovery", "too many logs are damaged: nobody can lead; see concord recover");
        }
        return details;
    }

    private static long behind(NodeStatus status) {
        return status.members().stream()
                .filter(member -> member.member().equals(status.self()))
                .mapToLong(NodeStatus.MemberStatus::behind)
                .findFirst()
                .orElse(0);
    }
}
