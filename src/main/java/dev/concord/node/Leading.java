package dev.concord.node;

import dev.concord.election.BullyElection;
import dev.concord.election.Preemption;
import dev.concord.membership.FoundingRule;
import dev.concord.membership.JoinRule;
import dev.concord.protocol.Address;
import dev.concord.protocol.Configuration;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.LogPosition;
import dev.concord.protocol.Member;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.Peer;
import dev.concord.protocol.PeerMessage.Chat;
import dev.concord.protocol.PeerMessage.ChatStatus;
import dev.concord.protocol.PeerMessage.Coordinator;
import dev.concord.protocol.PeerMessage.Election;
import dev.concord.protocol.PeerMessage.ElectionReason;
import dev.concord.protocol.PeerMessage.Heartbeat;
import dev.concord.protocol.PeerMessage.JoinAck;
import dev.concord.protocol.PeerMessage.JoinStatus;
import dev.concord.protocol.PeerMessage.RemoveStatus;
import dev.concord.protocol.PeerMessage.SeqAck;
import dev.concord.sequencing.AdmissionRate;
import dev.concord.sequencing.Replicator;
import dev.concord.sequencing.Sequencer;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What only a leader does: sequence, replicate and commit (R1, R6), check its own health (E12, F5), change the
/// membership one step at a time (M2, M3), and hand over (E13). Everything here is volatile and begins anew with each
/// leadership.
final class Leading {
    private final NodeState state;
    private final BullyElection election;
    private final FoundingRule founding;
    private final Sequencer.Answers answers;
    private final Sequencer sequencer;
    private final AdmissionRate admission;
    private final Replicator replicator;
    private final Preemption preemption;

    private boolean leading;
    private long leadingSince;
    private long termStart;
    private long welcomedIndex;
    private long quorumSeenAt;
    private long commitAdvancedAt;
    private long commitAtLastHeartbeat;
    private @Nullable Handover handover;

    /// A handover under way: no message is sequenced until the heir leads or the time is over (E13).
    private static final class Handover {
        private final Member heir;
        private final long until;
        private boolean asked;

        Handover(Member heir, long until) {
            this.heir = heir;
            this.until = until;
        }
    }

    Leading(
            NodeState state,
            BullyElection election,
            FoundingRule founding,
            Sequencer.Answers answers,
            Replicator.LogSource source) {
        this.state = state;
        this.election = election;
        this.founding = founding;
        this.answers = answers;
        this.admission = new AdmissionRate(state.settings.maxPerSecond());
        this.sequencer = new Sequencer(state.log, state.settings.maxPending(), state.settings.maxPendingBytes());
        this.replicator = new Replicator(state.member(), state.tail, state.settings, state, source);
        this.preemption = new Preemption(state.settings.preemptStable().toNanos());
    }

    boolean isLeading() {
        return leading;
    }

    Replicator replicator() {
        return replicator;
    }

    int pending() {
        return sequencer.pending();
    }

    /// The members changed, perhaps by a rewind. Only a leader replicates to them.
    void configurationChanged() {
        if (leading) {
            replicator.configure(state.configuration());
        }
    }

    /// E11: begins to lead the current term, with a no-op that commits everything before it.
    void begin() {
        leading = true;
        state.leads(state.member());
        leadingSince = state.now.nanos();
        quorumSeenAt = leadingSince;
        commitAdvancedAt = state.now.nanos();
        handover = null;
        preemption.reset();
        termStart = state.tail.lastIndex() + 1;
        replicator.lead(state.term(), state.configuration());
        LogEntry noop = LogEntry.noop(nextPosition(), nextTime(), state.self.id(), state.tail.lastHash());
        append(noop);
        announceTo(state.configuration().peers().map(Peer::id).toList());
    }

    private void announceTo(List<NodeId> nodes) {
        Coordinator coordinator = coordinator();
        for (NodeId node : nodes) {
            if (!node.equals(state.self.id())) {
                state.send(node, coordinator);
            }
        }
    }

    Coordinator coordinator() {
        return new Coordinator(state.term(), state.self.id(), state.self.address(), termStart, state.tail.lastIndex());
    }

    /// Ends the leadership; whoever waits is told that the outcome is unknown (E14).
    void end() {
        if (leading) {
            leading = false;
            handover = null;
            state.forgetLeader();
            replicator.rest();
            sequencer.abandon(answers);
        }
    }

    // --- sequencing (R1)

    /// Takes client messages from an ingress node, this one included.
    void take(Member from, Chat chat) {
        List<LogEntry> appended = sequencer.take(
                from, chat, state.term(), state.now.wallMillis(), refusal(), admission.allowance(state.now.nanos()));
        admission.took(appended.size());
        if (!appended.isEmpty()) {
            state.append(appended, true);
            replicator.pump(state.now.nanos());
        }
    }

    private @Nullable ChatStatus refusal() {
        if (!leading) {
            return ChatStatus.NOT_LEADER;
        }
        if (founding.isForming(state.configuration(), state.tail.lastSeq())) {
            return ChatStatus.FORMING;
        }
        return isAccepting() ? null : ChatStatus.NOT_LEADER;
    }

    /// Whether messages are sequenced now: not without a quorum (G5), and not while handing over (E13).
    boolean isAccepting() {
        return leading && handover == null && !state.isStopping() && state.reachesQuorum();
    }

    boolean isForming() {
        return founding.isForming(state.configuration(), state.tail.lastSeq());
    }

    void flushAnswers() {
        sequencer.flush(answers);
    }

    void forgetStreams(Member ingress) {
        sequencer.forget(ingress);
    }

    private void append(LogEntry entry) {
        state.append(List.of(entry), false);
        sequencer.grew(entry);
        if (entry.kind() == LogEntry.Kind.CONFIG) {
            replicator.configure(state.configuration());
        }
        replicator.pump(state.now.nanos());
    }

    private LogPosition nextPosition() {
        return new LogPosition(state.term(), state.tail.lastIndex() + 1);
    }

    private long nextTime() {
        return Math.max(state.tail.lastAtMillis(), state.now.wallMillis());
    }

    // --- commit (R6)

    void acked(Member from, SeqAck ack) {
        replicator.acked(from, ack, state.now.nanos());
        advance();
    }

    /// Commits what a majority holds by now.
    void advance() {
        if (!leading) {
            return;
        }
        long durable = state.disk.durableIndex();
        long index = replicator.committable(state.configuration(), durable);
        if (index > state.tail.commitIndex()) {
            state.commit(index);
            commitAdvancedAt = state.now.nanos();
            sequencer.committed(index, replicator.holders(index, durable));
            welcomeLearners(index);
            replicator.pump(state.now.nanos());
        }
        promoteLearner();
        pressHandover();
    }

    // --- health (E12, F5)

    /// Once per heartbeat and whenever a timer runs out.
    void onTime() {
        long now = state.now.nanos();
        if (state.reachesQuorum()) {
            quorumSeenAt = now;
        }
        if (state.tail.lastIndex() == state.tail.commitIndex()) {
            commitAdvancedAt = now;
        }
        if (now - quorumSeenAt >= state.settings.leaderTimeout().toNanos()) {
            stepDown("no majority of the voters is in reach");
        } else if (now - commitAdvancedAt >= state.settings.commitStall().toNanos()) {
            stepDown("nothing was committed for " + state.settings.commitStall().toMillis() + " ms");
        } else if (state.disk.oldestAgeNanos(now) >= state.settings.diskStall().toNanos()) {
            stepDown("the disk has not finished a write for "
                    + state.settings.diskStall().toMillis() + " ms");
        } else {
            replicator.onTime(now);
            checkHandover();
        }
    }

    /// Steps down for a reason of its own and stays away for a while (E6).
    void stepDown(String why) {
        end();
        election.stepDown(state.now.nanos(), true);
        state.announce(EventAction.LEADER_STEPPED_DOWN, election.role(), why);
    }

    /// The slow part of a leader's duties, once per heartbeat: membership and preemption.
    void onHeartbeat() {
        preempt();
        commitAtLastHeartbeat = state.tail.commitIndex();
    }

    // --- membership (M2, M3)

    /// Whether a configuration may be appended now (M2 a, b).
    private boolean mayChangeConfiguration() {
        long commit = state.tail.commitIndex();
        return leading && handover == null && commit >= termStart && state.membership.currentIndex() <= commit;
    }

    JoinRule.Decision join(Peer joiner) {
        Configuration current = state.configuration();
        Optional<Peer> old = current.peer(joiner.id()).filter(p -> !p.member().equals(joiner.member()));
        boolean alive = old.isPresent() && state.linkUp(old.get().member());
        boolean replaceable = old.isPresent() && isReplaceable(old.get().member());
        boolean committed = state.membership.currentIndex() <= state.tail.commitIndex();
        JoinRule.Decision decision =
                JoinRule.decide(joiner, current, committed, mayChangeConfiguration(), alive, replaceable);
        Configuration next = decision.next();
        if (next != null && hasLiveMajority(next)) {
            change(
                    next,
                    EventAction.MEMBER_JOINING,
                    "node " + joiner.id() + " (" + joiner.member() + ") " + decision.reason());
        }
        return decision;
    }

    /// Takes a member out, if the rest can go on without it. The leader never removes itself: it hands over first, and
    /// its successor removes it (M4).
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
        if (!mayChangeConfiguration()) {
            return RemoveStatus.PENDING;
        }
        if (target.equals(state.member())) {
            Optional<Member> heir = bestHeir();
            heir.ifPresent(this::handOver);
            return heir.isPresent() ? RemoveStatus.PENDING : RemoveStatus.NO_HEIR;
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

    /// Tells learners that their being taken in is committed, without waiting for them to ask again.
    private void welcomeLearners(long commitIndex) {
        if (commitIndex < state.membership.currentIndex() || welcomedIndex == state.membership.currentIndex()) {
            return;
        }
        welcomedIndex = state.membership.currentIndex();
        for (Peer learner : state.configuration().learners()) {
            state.send(learner.id(), joinAck(JoinStatus.ACCEPTED, "", state.self.id()));
        }
    }

    JoinAck joinAck(JoinStatus status, String reason, NodeId leader) {
        return new JoinAck(
                state.durableTerm(),
                status,
                reason,
                state.meta().clusterId(),
                leader,
                leader.isPresent() ? state.addressOf(leader) : Address.NONE,
                state.configuration().peers().toList());
    }

    private void promoteLearner() {
        if (state.configuration().learners().isEmpty() || !mayChangeConfiguration()) {
            return;
        }
        long now = state.now.nanos();
        for (Peer learner : state.configuration().learners()) {
            Long ackedAt = replicator.lastAckAt(learner.member());
            boolean prompt = ackedAt != null
                    && now - ackedAt < state.settings.leaderTimeout().toNanos();
            boolean level = replicator.match(learner.member()) >= state.tail.commitIndex();
            Configuration next = state.configuration().promoted(learner.member());
            if (prompt && level && state.linkUp(learner.member()) && hasLiveMajority(next)) {
                change(next, EventAction.MEMBER_PROMOTED, "node " + learner.id() + " is a voter now");
                return;
            }
        }
    }

    /// V3: raises the level of the cluster; returns false if no change is possible now.
    boolean raise(int level) {
        if (!mayChangeConfiguration()) {
            return false;
        }
        change(
                state.configuration().atLevel(level),
                EventAction.LEVEL_RAISED,
                "the cluster is at level " + level + " from here on");
        return true;
    }

    private void change(Configuration next, EventAction action, String detail) {
        append(LogEntry.config(nextPosition(), nextTime(), next, state.tail.lastHash()));
        state.announce(action, election.role(), detail);
    }

    // --- handover (E13)

    private void preempt() {
        if (handover != null || state.tail.commitIndex() < termStart) {
            return;
        }
        List<Preemption.Candidate> higher = state.configuration().voters().stream()
                .filter(p -> p.id().outranks(state.self.id()))
                .map(p -> new Preemption.Candidate(p.member(), isFit(p.member()), state.tail.recentLeaderships(p.id())))
                .toList();
        preemption.heir(higher, state.now.nanos()).ifPresent(this::handOver);
    }

    /// Level means: not further behind than one heartbeat's worth of messages. Under load the last few are always
    /// under way.
    private boolean isFit(Member member) {
        Heartbeat last = state.detector.last(member);
        return last != null
                && last.canLead()
                && state.linkUp(member)
                && replicator.match(member) >= commitAtLastHeartbeat;
    }

    /// The voter to hand over to if the operator names none: the highest able one.
    Optional<Member> bestHeir() {
        return state.configuration().voters().stream()
                .map(Peer::member)
                .filter(m -> !m.equals(state.member()))
                .filter(this::isFit)
                .reduce((a, b) -> b.id().outranks(a.id()) ? b : a);
    }

    void handOver(Member heir) {
        long timeout = state.settings.handoverTimeout().toNanos();
        handover = new Handover(heir, state.now.nanos() + timeout);
        state.announce(EventAction.HANDOVER_STARTED, election.role(), "handing over to node " + heir.id());
        pressHandover();
    }

    boolean isHandingOver() {
        return handover != null;
    }

    /// Asks the heir once it has everything, and everything is committed.
    private void pressHandover() {
        Handover current = handover;
        if (current == null || current.asked) {
            return;
        }
        long last = state.tail.lastIndex();
        if (state.tail.commitIndex() == last && replicator.match(current.heir) == last) {
            current.asked = true;
            state.send(current.heir.id(), new Election(state.term(), 0, ElectionReason.HANDOVER));
        }
    }

    private void checkHandover() {
        Handover current = handover;
        if (current != null && state.now.nanos() >= current.until) {
            handoverFailed("node " + current.heir.id() + " did not take over in time");
        }
    }

    /// The heir says that it cannot.
    void heirUnable(Member from) {
        Handover current = handover;
        if (current != null && current.heir.equals(from)) {
            handoverFailed("node " + from.id() + " cannot take over now");
        }
    }

    private void handoverFailed(String why) {
        Handover current = handover;
        if (current != null) {
            preemption.handoverFailed(current.heir);
            handover = null;
            state.announce(EventAction.HANDOVER_FAILED, election.role(), why);
        }
    }

    /// A follower may know of several configurations without knowing yet that they are committed; a leader that has
    /// committed an entry of its term knows better (I15).
    void checkInvariants() {
        replicator.checkInvariants();
        if (leading && state.tail.commitIndex() >= termStart) {
            state.membership.checkInvariants(state.tail.commitIndex());
        }
    }
}
