package dev.concord.node;

import dev.concord.protocol.Address;
import dev.concord.protocol.ClusterId;
import dev.concord.protocol.Member;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.Role;
import dev.concord.protocol.Term;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A snapshot of what a node knows, for status pages, health and metrics. Never an input to a decision.
///
/// @param leader whom this node follows and hears, itself if it leads, or none
/// @param quorumReachable whether links to a majority of voters are up in both directions (F3)
/// @param writable whether a message submitted here now can be expected to commit
/// @param forming whether there are fewer voters than a majority of the configured list (M1)
/// @param waitingFor the nodes this one waits for before the cluster exists, empty once it does
/// @param commitSeq number of committed messages
/// @param firstIndex the first entry that retention has left here; likewise `firstSeq` among messages (C5)
/// @param canLose how many more voters may fail while a majority of them is still in reach
/// @param electionsStarted number of times this node started an election since its start
/// @param pending entries appended by this leader and not yet committed
/// @param repairing whether this log is in repair (P1)
/// @param beyondRepair whether nobody leads and so many voters are in repair that nobody can (P4)
/// @param stale whether this node has not been level with a leader since its start ([Freshness])
public record NodeStatus(
        Member self,
        @Nullable ClusterId clusterId,
        Role role,
        Term term,
        NodeId leader,
        boolean quorumReachable,
        boolean writable,
        boolean forming,
        List<NodeId> waitingFor,
        long lastIndex,
        long durableIndex,
        long commitIndex,
        long commitSeq,
        long firstIndex,
        long firstSeq,
        int voters,
        int majority,
        int canLose,
        List<MemberStatus> members,
        long electionsStarted,
        long leaderChanges,
        int pending,
        boolean repairing,
        boolean beyondRepair,
        boolean stale) {
    public NodeStatus {
        waitingFor = List.copyOf(waitingFor);
        members = List.copyOf(members);
    }

    /// One member as this node sees it.
    ///
    /// @param alive whether the link is up in both directions (F2); true for this node itself
    /// @param persistedIndex the durable end of its log as last heard
    /// @param repairing whether it counts for nothing because its log is in repair (P1), as far as it has told
    /// @param behind entries between the highest commit index known here and `persistedIndex`, at least 0
    /// @param rttNanos last measured round trip of a heartbeat, or -1
    public record MemberStatus(
            Member member,
            Address address,
            String url,
            boolean voter,
            Role role,
            boolean alive,
            boolean canLead,
            boolean repairing,
            long persistedIndex,
            long behind,
            long rttNanos) {}
}
