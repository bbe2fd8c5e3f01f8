package dev.concord.node;

import dev.concord.election.BullyElection;
import dev.concord.election.Preemption;
import dev.concord.protocol.Member;
import dev.concord.protocol.Peer;
import dev.concord.protocol.PeerMessage.Election;
import dev.concord.protocol.PeerMessage.ElectionReason;
import dev.concord.protocol.PeerMessage.Heartbeat;
import dev.concord.sequencing.Replicator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// How a leader lets go (E13): it chooses an heir, sequences nothing more, brings the heir level, and asks it to claim
/// the next term. If the heir does not take over in time, the leader goes on.
final class Handovers {
    private final NodeState state;
    private final BullyElection election;
    private final Replicator replicator;
    private final Preemption preemption;

    private long commitAtLastHeartbeat;
    private @Nullable Handover handover;

    /// No message is sequenced until the heir leads or the time is over.
    private static final class Handover {
        private final Member heir;
        private final long until;
        private boolean asked;

        Handover(Member heir, long until) {
            this.heir = heir;
            this.until = until;
        }
    }

    Handovers(NodeState state, BullyElection election, Replicator replicator) {
        this.state = state;
        this.election = election;
        this.replicator = replicator;
        this.preemption = new Preemption(state.settings.preemptStable().toNanos());
    }

    /// A leadership begins.
    void begin() {
        handover = null;
        preemption.reset();
    }

    /// The leadership is over, perhaps because the heir leads.
    void end() {
        handover = null;
    }

    /// Once per heartbeat: hands over to a higher id whose time has come. A leader that has committed nothing of its
    /// term yet has nothing to hand over.
    void preempt(long termStart) {
        if (handover == null && state.tail.commitIndex() >= termStart) {
            ripe().ifPresent(this::handOver);
        }
        commitAtLastHeartbeat = state.tail.commitIndex();
    }

    private Optional<Member> ripe() {
        List<Preemption.Candidate> higher = state.configuration().voters().stream()
                .filter(p -> p.id().outranks(state.self.id()))
                .map(p -> new Preemption.Candidate(p.member(), isFit(p.member()), state.tail.recentLeaderships(p.id())))
                .toList();
        return preemption.heir(higher, state.now.nanos());
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
        press();
    }

    boolean isUnderWay() {
        return handover != null;
    }

    /// Asks the heir once it has everything, and everything is committed.
    void press() {
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

    /// Gives the heir up when its time is over.
    void onTime() {
        Handover current = handover;
        if (current != null && state.now.nanos() >= current.until) {
            failed("node " + current.heir.id() + " did not take over in time");
        }
    }

    /// The heir says that it cannot.
    void heirUnable(Member from) {
        Handover current = handover;
        if (current != null && current.heir.equals(from)) {
            failed("node " + from.id() + " cannot take over now");
        }
    }

    private void failed(String why) {
        Handover current = handover;
        if (current != null) {
            preemption.handoverFailed(current.heir);
            handover = null;
            state.announce(EventAction.HANDOVER_FAILED, election.role(), why);
        }
    }
}
