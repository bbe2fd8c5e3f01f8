package dev.concord.node;

import dev.concord.protocol.Configuration;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.Peer;
import dev.concord.protocol.Role;
import dev.concord.protocol.Term;
import java.util.List;
import java.util.stream.Collectors;

/// Tells the surroundings when role, term, leader or members have changed, once per step and only then.
final class News {
    private final NodeState state;
    private Role announcedRole = Role.FOLLOWER;
    private NodeId announcedLeader = NodeId.NONE;
    private Term announcedTerm = Term.ZERO;
    private Configuration announcedConfiguration = Configuration.EMPTY;
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
            EventAction action = !leaderChanged
                    ? EventAction.TERM_ADOPTED
                    : leader.isPresent() ? EventAction.LEADER_ELECTED : EventAction.LEADER_LOST;
            String detail = leader.isPresent()
                    ? "node " + leader + " leads term " + state.term()
                    : "no leader in term " + state.term();
            state.announce(action, role, detail);
            leaderChanges += leaderChanged && leader.isPresent() ? 1 : 0;
        }
        Configuration configuration = state.configuration();
        if (!configuration.equals(announcedConfiguration)) {
            state.announce(EventAction.MEMBERS_CHANGED, role, members(configuration));
        }
        announcedConfiguration = configuration;
        announcedRole = role;
        announcedLeader = leader;
        announcedTerm = state.term();
        return leaderChanged && leader.isPresent() && !leads;
    }

    private static String members(Configuration configuration) {
        String voters = ids(configuration.voters());
        return configuration.learners().isEmpty()
                ? "members are " + voters
                : "members are " + voters + ", learners " + ids(configuration.learners());
    }

    private static String ids(List<Peer> peers) {
        return peers.stream().map(peer -> peer.id().toString()).collect(Collectors.joining(", "));
    }

    long leaderChanges() {
        return leaderChanges;
    }
}
