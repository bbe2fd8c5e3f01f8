package dev.concord.node;

import dev.concord.protocol.NodeId;
import dev.concord.protocol.Role;
import dev.concord.protocol.Term;

/// Tells the surroundings when role, term or leader have changed, once per step and only then.
final class News {
    private final NodeState state;
    private Role announcedRole = Role.FOLLOWER;
    private NodeId announcedLeader = NodeId.NONE;
    private Term announcedTerm = Term.ZERO;
    private long leaderChanges;

    News(NodeState state) {
        this.state = state;
    }

    /// Returns whether another node than before leads now.
    boolean announceChanges(Role role, boolean leads) {
        NodeId leader = leads || state.hearsLeader() ? state.leaderId() : NodeId.NONE;
        boolean leaderChanged = !leader.equals(announcedLeader);
        if (leaderChanged
                || role == Role.LEADER != (announcedRole == Role.LEADER)
                || !state.term().equals(announcedTerm)) {
            String action = leaderChanged ? leader.isPresent() ? "leader-elected" : "leader-lost" : "term-adopted";
            String detail = leader.isPresent()
                    ? "node " + leader + " leads term " + state.term()
                    : "no leader in term " + state.term();
            state.announce(action, role, detail);
            leaderChanges += leaderChanged && leader.isPresent() ? 1 : 0;
        }
        announcedRole = role;
        announcedLeader = leader;
        announcedTerm = state.term();
        return leaderChanged && leader.isPresent() && !leads;
    }

    long leaderChanges() {
        return leaderChanges;
    }
}
