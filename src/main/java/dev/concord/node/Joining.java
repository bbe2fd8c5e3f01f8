package dev.concord.node;

import dev.concord.membership.FoundingRule;
import dev.concord.membership.JoinRule;
import dev.concord.protocol.ClusterId;
import dev.concord.protocol.Configuration;
import dev.concord.protocol.Levels;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.LogPosition;
import dev.concord.protocol.Member;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.PeerMessage.Join;
import dev.concord.protocol.PeerMessage.JoinAck;
import dev.concord.protocol.PeerMessage.JoinStatus;
import dev.concord.protocol.Role;
import dev.concord.protocol.Term;
import java.util.List;
import java.util.UUID;

/// The way into a cluster: founding it (M1), or asking peer after peer until the leader has taken this node in (M2).
final class Joining {
    private final NodeState state;
    private final FoundingRule founding;
    private final PeerBook peers;
    private final Removals removals;
    private NodeId leader = NodeId.NONE;
    private int turn;

    Joining(NodeState state, FoundingRule founding, PeerBook peers, Removals removals) {
        this.state = state;
        this.founding = founding;
        this.peers = peers;
        this.removals = removals;
    }

    /// Whether this node still has to be taken in: its own log does not list it.
    boolean isOutside() {
        return !state.configuration().contains(state.member());
    }

    /// Founds the cluster if it is this node's turn; returns whether it did. The configuration is written before the
    /// identity, so a crash in between leaves a store that is still uninitialised (see [#discardHalfFounded]).
    boolean found() {
        if (state.isInitialised() || state.tail.lastIndex() > 0 || !founding.mayFoundNow()) {
            return false;
        }
        ClusterId cluster = new ClusterId(new UUID(state.random.nextLong(), state.random.nextLong()));
        Configuration first = new Configuration(
                List.of(state.self), List.of(), List.of(), state.settings.dedupWindow(), state.levels.newest());
        Term term = new Term(1);
        state.append(
                List.of(LogEntry.config(
                        new LogPosition(term, 1), state.now.wallMillis(), first, state.tail.lastHash())),
                false);
        state.changeMeta(state.meta().withCluster(cluster).withTerm(term, state.member()));
        state.announce(
                EventAction.CLUSTER_FOUNDED,
                Role.FOLLOWER,
                "cluster " + cluster + " founded by node " + state.self.id());
        return true;
    }

    /// Takes back a founding that a crash interrupted: nobody can have heard of it.
    void discardHalfFounded() {
        if (!state.isInitialised() && state.tail.lastIndex() > 0) {
            state.rewind(1);
        }
    }

    /// Once per heartbeat: asks to be taken in, the leader if it is known, else one peer after the other.
    void onHeartbeat() {
        if (!isOutside()) {
            return;
        }
        List<NodeId> connected = peers.connected();
        if (connected.isEmpty()) {
            return;
        }
        NodeId target =
                leader.isPresent() && connected.contains(leader) ? leader : connected.get(turn++ % connected.size());
        leader = NodeId.NONE; // named again by the next answer, or somebody else is asked
        state.send(
                target, new Join(state.durableTerm(), state.self, state.meta().clusterId()));
    }

    /// Somebody asks to be taken in (M2): the leader decides, everybody else names it.
    void asked(Member from, Join join, Leading leading) {
        if (!join.self().member().equals(from)) {
            return;
        }
        JoinStatus status;
        String reason;
        Levels known = peers.levels(from);
        String unfit = known.equals(Levels.UNKNOWN)
                ? ""
                : known.refusal(state.configuration().level());
        if (leading.isLeading() && !unfit.isEmpty()) { // V2: the link is older than the level
            status = JoinStatus.PENDING;
            reason = unfit;
        } else if (leading.isLeading()) {
            JoinRule.Decision decision = leading.reconfiguration().join(join.self());
            status = decision.status();
            reason = decision.reason();
        } else if (state.hearsLeader()) {
            status = JoinStatus.REDIRECT;
            reason = "ask the leader";
        } else {
            status = JoinStatus.PENDING;
            reason = "no leader is known here";
        }
        state.send(
                from.id(),
                leading.reconfiguration()
                        .joinAck(
                                status,
                                reason,
                                leading.isLeading() || state.hearsLeader() ? state.leaderId() : NodeId.NONE,
                                peers.acquaintances()));
    }

    /// What a member said to the request. A leader that is named has to be connected before it is asked; its address
    /// is among the members'.
    void answered(NodeId from, JoinAck answer) {
        if (!isOutside()) {
            return;
        }
        switch (answer.status()) {
            case ACCEPTED -> {
                ClusterId cluster = answer.clusterId();
                if (!state.isInitialised() && cluster != null) {
                    state.changeMeta(state.meta().withCluster(cluster));
                    state.announce(EventAction.CLUSTER_JOINED, Role.FOLLOWER, "taken into cluster " + cluster);
                }
                leader = from;
            }
            case PENDING, REDIRECT -> leader = answer.leader();
            case REJECTED -> {
                if (answer.reason().equals("REMOVED")) {
                    removals.told();
                } else {
                    state.halt(Effect.HaltReason.DUPLICATE_NODE_ID, "another live node has id " + state.self.id());
                }
            }
        }
        peers.introduce(answer.members());
    }
}
