package dev.concord.node;

import dev.concord.election.BullyElection;
import dev.concord.membership.FoundingRule;
import dev.concord.protocol.Configuration;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.LogPosition;
import dev.concord.protocol.Member;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.Peer;
import dev.concord.protocol.PeerMessage.Chat;
import dev.concord.protocol.PeerMessage.ChatStatus;
import dev.concord.protocol.PeerMessage.Coordinator;
import dev.concord.protocol.PeerMessage.SeqAck;
import dev.concord.sequencing.AdmissionRate;
import dev.concord.sequencing.Replicator;
import dev.concord.sequencing.Sequencer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What only a leader does: sequence, replicate and commit (R1, R6), and check its own health (E12, F5). It
/// changes the members through its [Reconfiguration] (M2, M3) and hands over through its [Handovers] (E13).
/// Everything here is volatile and begins anew with each leadership.
final class Leading {
    private final NodeState state;
    private final BullyElection election;
    private final FoundingRule founding;
    private final Sequencer.Answers answers;
    private final Sequencer sequencer;
    private final AdmissionRate admission;
    private final Replicator replicator;
    private final Handovers handovers;
    private final Reconfiguration reconfiguration;

    private boolean leading;
    private long termStart;
    private long quorumSeenAt;
    private long commitAdvancedAt;

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
        this.sequencer = new Sequencer(
                state.log, state.refusedStreams, state.settings.maxPending(), state.settings.maxPendingBytes());
        this.replicator = new Replicator(state.member(), state.tail, state.settings, state, source);
        this.handovers = new Handovers(state, election, replicator);
        this.reconfiguration = new Reconfiguration(state, election, replicator, handovers, this::append);
    }

    boolean isLeading() {
        return leading;
    }

    Replicator replicator() {
        return replicator;
    }

    Handovers handovers() {
        return handovers;
    }

    Reconfiguration reconfiguration() {
        return reconfiguration;
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
        quorumSeenAt = state.now.nanos();
        commitAdvancedAt = state.now.nanos();
        termStart = state.tail.lastIndex() + 1;
        handovers.begin();
        reconfiguration.begin(termStart);
        replicator.lead(state.term(), state.configuration(), state.now.nanos());
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
            handovers.end();
            reconfiguration.end();
            state.forgetLeader();
            replicator.rest();
            sequencer.abandon(answers);
        }
    }

    // --- sequencing (R1)

    /// Takes client messages from an ingress node, this one included.
    void take(Member from, Chat chat) {
        replicator.passedOn(from, state.now.nanos());
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
        return leading && !handovers.isUnderWay() && !state.isStopping() && !state.isDiskLow() && state.reachesQuorum();
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

    private void append(Configuration next) {
        append(LogEntry.config(nextPosition(), nextTime(), next, state.tail.lastHash()));
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
        if (state.tail.commitIndex() < state.tail.lastIndex()) {
            commit();
        }
        reconfiguration.promoteLearner();
        handovers.press();
    }

    private void commit() {
        long durable = state.disk.durableIndex();
        long index = replicator.committable(state.configuration(), durable);
        if (index > state.tail.commitIndex()) {
            state.commit(index);
            commitAdvancedAt = state.now.nanos();
            sequencer.committed(index, replicator.holders(index, durable));
            reconfiguration.welcomeLearners(index);
            replicator.pump(state.now.nanos());
        }
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
            handovers.onTime();
        }
    }

    /// When somebody who catches up at a pace may be sent more.
    long nextWakeUp() {
        return replicator.nextWakeUp();
    }

    /// Steps down for a reason of its own and stays away for a while (E6).
    void stepDown(String why) {
        end();
        election.stepDown(state.now.nanos(), true);
        state.announce(EventAction.LEADER_STEPPED_DOWN, election.role(), why);
    }

    /// The slow part of a leader's duties, once per heartbeat.
    void onHeartbeat() {
        handovers.preempt(termStart);
    }

    /// A follower may know of several configurations without knowing yet that they are committed; a leader
    /// that has committed an entry of its term knows better (I15).
    void checkInvariants() {
        replicator.checkInvariants();
        if (leading && state.tail.commitIndex() >= termStart) {
            state.membership.checkInvariants(state.tail.commitIndex());
        }
    }
}
