package dev.concord.node;

import dev.concord.election.BullyElection;
import dev.concord.membership.FoundingRule;
import dev.concord.node.NodeStatus.MemberStatus;
import dev.concord.protocol.Configuration;
import dev.concord.protocol.Member;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.Peer;
import dev.concord.protocol.PeerMessage.Heartbeat;
import dev.concord.protocol.Quorum;
import dev.concord.protocol.Role;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Puts together what a node knows, for people and health checks.
final class StatusReport {
    private final NodeState state;
    private final Founding plan;
    private final PeerBook peers;

    StatusReport(NodeState state, Founding plan, PeerBook peers) {
        this.state = state;
        this.plan = plan;
        this.peers = peers;
    }

    NodeStatus of(
            BullyElection election,
            Leading leading,
            FoundingRule founding,
            int openMessages,
            long leaderChanges,
            boolean stale) {
        Configuration configuration = state.configuration();
        int voters = configuration.voters().size();
        int reachable = 0;
        for (Peer voter : configuration.voters()) {
            reachable += state.linkUp(voter.member()) ? 1 : 0;
        }
        boolean leads = leading.isLeading();
        boolean forming = !state.isInitialised() || founding.isForming(configuration, state.tail.lastSeq());
        boolean hasLeader = leads ? leading.isAccepting() : state.hearsLeader();
        return new NodeStatus(
                state.member(),
                state.meta().clusterId(),
                election.role(),
                state.term(),
                leads || state.hearsLeader() ? state.leaderId() : NodeId.NONE,
                state.reachesQuorum(),
                hasLeader && state.reachesQuorum() && !forming && !state.isStopping() && !state.isDiskLow(),
                forming,
                state.isInitialised() ? List.of() : founding.waitingFor(),
                state.tail.lastIndex(),
                state.disk.durableIndex(),
                state.tail.commitIndex(),
                state.tail.commitSeq(),
                state.tail.start().firstIndex(),
                state.tail.start().firstSeq(),
                voters,
                voters == 0 ? Quorum.majority(plan.listSize()) : configuration.majority(),
                Math.max(0, reachable - configuration.majority()),
                members(election),
                election.started(),
                leaderChanges,
                leads ? leading.pending() : openMessages,
                !state.isIntact(),
                !hasLeader && isBeyondRepair(configuration),
                stale);
    }

    /// P4: the intact logs that are left are no majority, so nobody can be elected (E11).
    private boolean isBeyondRepair(Configuration configuration) {
        int voters = configuration.voters().size();
        int repairing = 0;
        for (Peer voter : configuration.voters()) {
            repairing += isRepairing(voter.member()) ? 1 : 0;
        }
        return repairing > 0 && voters - repairing < Quorum.majority(voters);
    }

    private boolean isRepairing(Member member) {
        return member.equals(state.member()) ? !state.isIntact() : peers.isRepairing(member);
    }

    private List<MemberStatus> members(BullyElection election) {
        long head = state.tail.commitIndex();
        for (Member other : state.others()) {
            Heartbeat last = state.detector.last(other);
            head = Math.max(head, last == null ? 0 : last.commitIndex());
        }
        List<MemberStatus> members = new ArrayList<>();
        for (Peer voter : state.configuration().voters()) {
            members.add(member(voter, true, head, election));
        }
        for (Peer learner : state.configuration().learners()) {
            members.add(member(learner, false, head, election));
        }
        members.sort(Comparator.comparing(MemberStatus::member));
        return members;
    }

    private MemberStatus member(Peer peer, boolean voter, long head, BullyElection election) {
        if (peer.member().equals(state.member())) {
            long durable = state.disk.durableIndex();
            return new MemberStatus(
                    peer.member(),
                    peer.address(),
                    peer.url(),
                    voter,
                    election.role(),
                    true,
                    election.canLead(state.now.nanos()),
                    !state.isIntact(),
                    durable,
                    Math.max(0, head - durable),
                    -1);
        }
        Heartbeat last = state.detector.last(peer.member());
        long durable = last == null ? 0 : last.last().index();
        boolean up = state.linkUp(peer.member());
        Heartbeat news = up ? last : null; // what somebody said before it fell silent is none
        return new MemberStatus(
                peer.member(),
                peer.address(),
                peer.url(),
                voter,
                news == null ? Role.FOLLOWER : news.role(),
                up,
                news != null && news.canLead(),
                isRepairing(peer.member()),
                durable,
                Math.max(0, head - durable),
                up ? state.detector.rttNanos(peer.member()) : -1);
    }
}
