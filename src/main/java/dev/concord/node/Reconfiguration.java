package dev.concord.node;

import dev.concord.election.BullyElection;
import dev.concord.membership.JoinRule;
import dev.concord.protocol.Address;
import dev.concord.protocol.Configuration;
import dev.concord.protocol.Member;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.Peer;
import dev.concord.protocol.PeerMessage.JoinAck;
import dev.concord.protocol.PeerMessage.JoinStatus;
import dev.concord.protocol.PeerMessage.RemoveStatus;
import dev.concord.sequencing.Replicator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/// How a leader changes the members of the cluster (M2, M3): one at a time, each change an entry of the log,
/// and only while a majority of the new voters is within reach.
final class Reconfiguration {
    private final NodeState state;
    private final BullyElection election;
    private final Replicator replicator;
    private final Handovers handovers;
    private final Consumer<Configuration> append;

    /// The removals that somebody asks for, once per heartbeat each.
    private final TreeMap<Member, Asked> asked = new TreeMap<>();

    private boolean leading;
    private long leadingSince;
    private long termStart;
    private long welcomedIndex;

    /// @param since when the first of these orders came
    /// @param last when the last one came
    private record Asked(long since, long last) {}

    /// @param append puts a configuration into the log of this leader
    Reconfiguration(
            NodeState state,
            BullyElection election,
            Replicator replicator,
            Handovers handovers,
            Consumer<Configuration> append) {
        this.state = state;
        this.election = election;
        this.replicator = replicator;
        this.handovers = handovers;
        this.append = append;
    }

    /// A leadership begins.
    ///
    /// @param firstIndex where its first entry is
    void begin(long firstIndex) {
        leading = true;
        leadingSince = state.now.nanos();
        termStart = firstIndex;
        asked.clear();
    }

    void end() {
        leading = false;
    }

    /// Whether a configuration may be appended now (M2 a, b).
    private boolean isPossible() {
        long commit = state.tail.commitIndex();
        return leading && !handovers.isUnderWay() && commit >= termStart && state.membership.currentIndex() <= commit;
    }

    JoinRule.Decision join(Peer joiner) {
        Configuration current = state.configuration();
        Optional<Peer> old = current.peer(joiner.id()).filter(p -> !p.member().equals(joiner.member()));
        boolean alive = old.isPresent() && state.linkUp(old.get().member());
        boolean replaceable = old.isPresent() && isReplaceable(old.get().member());
        boolean committed = state.membership.currentIndex() <= state.tail.commitIndex();
        JoinRule.Decision decision = JoinRule.decide(joiner, current, committed, isPossible(), alive, replaceable);
        Configuration next = decision.next();
        if (next != null && hasLiveMajority(next)) {
            change(
                    next,
                    EventAction.MEMBER_JOINING,
                    "node " + joiner.id() + " (" + joiner.member() + ") " + decision.reason());
        }
        return decision;
    }

    /// Takes a member out, if the rest can go on without it. The leader never removes itself: it hands over
    /// first, and its successor removes it (M4).
    RemoveStatus remove(Member target) {
        Configuration current = state.configuration();
        if (current.removed().contains(target)) {
            boolean committed = state.membership.committed().removed().contains(target);
            return committed ? RemoveStatus.REMOVED : RemoveStatus.PENDING;
        }
        if (!current.contains(target)) {
            return RemoveStatus.NOT_A_MEMBER;
        }
        if (current.isVoter(target) && current.voters().size() == 1) {
            return RemoveStatus.LAST_VOTER;
        }
        Configuration next = current.without(target);
        if (!hasLiveMajority(next)) {
            return RemoveStatus.NO_QUORUM;
        }
        if (!isPossible()) {
            return RemoveStatus.PENDING;
        }
        if (target.equals(state.member())) {
            Optional<Member> heir = handovers.bestHeir();
            heir.ifPresent(handovers::handOver);
            return heir.isPresent() ? RemoveStatus.PENDING : RemoveStatus.NO_HEIR;
        }
        if (!hasLiveMajoritySince(askedSince(target), next)) {
            return RemoveStatus.PENDING; // the order comes again, and by then they have answered or are gone
        }
        change(next, EventAction.MEMBER_REMOVED, "node " + target.id() + " (" + target + ") is removed by an operator");
        return RemoveStatus.PENDING;
    }

    private boolean isReplaceable(Member old) {
        long heardAt = Math.max(leadingSince, state.detector.heardAt(old));
        return state.now.nanos() - heardAt >= state.settings.replaceAfter().toNanos();
    }

    /// M2 d: the new voters within reach are a majority of the new configuration.
    private boolean hasLiveMajority(Configuration next) {
        long live = next.voters().stream().filter(p -> state.linkUp(p.member())).count();
        return live >= next.majority();
    }

    /// M5: the same, proved by answers to what was sent after the order came. A link counts as up for a while after its
    /// end, and without the dead one and the removed one the rest may be no majority for ever.
    private boolean hasLiveMajoritySince(long since, Configuration next) {
        long live = next.voters().stream()
                .map(Peer::member)
                .filter(member -> member.equals(state.member())
                        || state.linkUp(member) && state.detector.provedAt(member) >= since)
                .count();
        return live >= next.majority();
    }

    /// When this removal was asked for first, without a pause since.
    private long askedSince(Member target) {
        long now = state.now.nanos();
        asked.keySet().removeIf(member -> !state.configuration().contains(member));
        Asked order = asked.get(target);
        long since = order == null
                        || now - order.last() >= state.settings.leaderTimeout().toNanos()
                ? now
                : order.since();
        asked.put(target, new Asked(since, now));
        return since;
    }

    /// Tells learners that their being taken in is committed, without waiting for them to ask again.
    void welcomeLearners(long commitIndex) {
        if (commitIndex < state.membership.currentIndex() || welcomedIndex == state.membership.currentIndex()) {
            return;
        }
        welcomedIndex = state.membership.currentIndex();
        List<Peer> members = state.configuration().peers().toList();
        for (Peer learner : state.configuration().learners()) {
            state.send(learner.id(), joinAck(JoinStatus.ACCEPTED, "", state.self.id(), members));
        }
    }

    JoinAck joinAck(JoinStatus status, String reason, NodeId leader, List<Peer> members) {
        return new JoinAck(
                state.durableTerm(),
                status,
                reason,
                state.meta().clusterId(),
                leader,
                leader.isPresent() ? state.addressOf(leader) : Address.NONE,
                members);
    }

    /// M3: makes a learner that keeps up a voter.
    void promoteLearner() {
        if (state.configuration().learners().isEmpty() || !isPossible()) {
            return;
        }
        long now = state.now.nanos();
        for (Peer learner : state.configuration().learners()) {
            Long ackedAt = replicator.lastAckAt(learner.member());
            long match = replicator.match(learner.member());
            boolean prompt = match == state.tail.lastIndex() // nothing is sent to it, so nothing more will come from it
                    || ackedAt != null
                            && now - ackedAt < state.settings.leaderTimeout().toNanos();
            boolean level = replicator.repairTarget(learner.member()) == 0 && match >= state.tail.commitIndex();
            if (!prompt || !level || !state.linkUp(learner.member())) {
                continue;
            }
            Configuration next = state.configuration().promoted(learner.member());
            if (hasLiveMajority(next)) {
                change(next, EventAction.MEMBER_PROMOTED, "node " + learner.id() + " is a voter now");
                return;
            }
        }
    }

    /// V3: raises the level of the cluster; returns false if no change is possible now.
    boolean raise(int level) {
        if (!isPossible()) {
            return false;
        }
        change(
                state.configuration().atLevel(level),
                EventAction.LEVEL_RAISED,
                "the cluster is at level " + level + " from here on");
        return true;
    }

    private void change(Configuration next, EventAction action, String detail) {
        append.accept(next);
        state.announce(action, election.role(), detail);
    }
}
