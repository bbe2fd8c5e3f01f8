package dev.concord.chat;

import dev.concord.access.AccessMode;
import dev.concord.node.NodeStatus;
import dev.concord.protocol.NodeId;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The cluster as one node sees it, in the words and the order of `GET /api/cluster`.
///
/// @param leader whom this node follows and hears; null if nobody
/// @param commit number of committed messages
/// @param quorum whether a majority of voters is reachable from this node
/// @param earliest the first message that retention has left on this node; `firstIndex` is the first entry
/// @param canLose how many more voters may fail before writes stop
/// @param access what the node asks of its clients: `tokens`, `loopback`, or `INSECURE` for nothing
/// @param beyondRepair whether nobody can lead any more, because too many logs are in repair (P4)
public record ClusterReport(
        @Nullable String clusterId,
        int node,
        @Nullable Integer leader,
        long term,
        long commit,
        long earliest,
        long firstIndex,
        boolean quorum,
        int canLose,
        String access,
        boolean beyondRepair,
        List<MemberReport> members) {
    public ClusterReport {
        members = List.copyOf(members);
    }

    /// One member.
    ///
    /// @param role `leader`, `follower`, `electing`, `claiming`, or `learner` for a member without a vote
    /// @param state `alive` if this node hears it and is heard by it, `repairing` if besides its log is in
    ///     repair, so that it does not count, else `suspect`
    /// @param persisted durable end of its log, as an index
    /// @param behind entries it lacks of what is known to be committed
    /// @param rttMs last measured round trip of a heartbeat; null if there is none
    public record MemberReport(
            int id,
            String role,
            String state,
            String peer,
            String url,
            long persisted,
            long behind,
            @Nullable Double rttMs) {}

    public static ClusterReport of(NodeStatus status, AccessMode access) {
        return new ClusterReport(
                status.clusterId() == null ? null : status.clusterId().toString(),
                status.self().id().value(),
                present(status.leader()),
                status.term().value(),
                status.commitSeq(),
                status.firstSeq(),
                status.firstIndex(),
                status.quorumReachable(),
                status.canLose(),
                access.text(),
                status.beyondRepair(),
                status.members().stream().map(ClusterReport::member).toList());
    }

    private static MemberReport member(NodeStatus.MemberStatus member) {
        return new MemberReport(
                member.member().id().value(),
                member.voter() ? member.role().name().toLowerCase(Locale.ROOT) : "learner",
                state(member),
                member.address().toString(),
                member.url(),
                member.persistedIndex(),
                member.behind(),
                member.rttNanos() < 0 ? null : Math.round(member.rttNanos() / 1e3) / 1e3);
    }

    private static String state(NodeStatus.MemberStatus member) {
        if (!member.alive()) {
            return "suspect";
        }
        return member.repairing() ? "repairing" : "alive";
    }

    private static @Nullable Integer present(NodeId id) {
        return id.isPresent() ? id.value() : null;
    }
}
