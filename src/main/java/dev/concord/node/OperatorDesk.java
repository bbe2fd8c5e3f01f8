package dev.concord.node;

import dev.concord.election.BullyElection;
import dev.concord.protocol.Member;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.Peer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What operators want of this node besides messages: leadership elsewhere (E13), a drain, or an orderly
/// stop.
final class OperatorDesk {
    private final NodeState state;
    private final Leading leading;
    private final BullyElection election;
    private final Runnable heartbeatNow;
    private final List<Long> handoverRequests = new ArrayList<>();

    /// @param heartbeatNow tells everybody at once that this node will not lead
    OperatorDesk(NodeState state, Leading leading, BullyElection election, Runnable heartbeatNow) {
        this.state = state;
        this.leading = leading;
        this.election = election;
        this.heartbeatNow = heartbeatNow;
    }

    void handoverRequested(long requestId, NodeId target) {
        Optional<Member> heir = target.isPresent()
                ? state.configuration().peer(target).map(Peer::member).filter(state.configuration()::isVoter)
                : leading.handovers().bestHeir();
        String refusal = !leading.isLeading()
                ? "this node does not lead; node " + state.leaderId() + " does"
                : target.equals(state.self.id())
                        ? "node " + target + " leads already"
                        : heir.isEmpty() ? "no voter can take over now" : "";
        if (!refusal.isEmpty()) {
            state.effects.add(new Effect.AnswerHandover(requestId, refusal));
            return;
        }
        handoverRequests.add(requestId);
        if (!leading.handovers().isUnderWay()) {
            leading.handovers().handOver(heir.orElseThrow());
        }
    }

    void answerHandovers(String failure) {
        handoverRequests.forEach(id -> state.effects.add(new Effect.AnswerHandover(id, failure)));
        handoverRequests.clear();
    }

    void stopRequested() {
        state.stopping();
        if (leading.isLeading() && !leading.handovers().isUnderWay()) {
            leading.handovers().bestHeir().ifPresent(leading.handovers()::handOver);
        }
    }

    void drainRequested() {
        if (!state.isDraining()) {
            state.draining();
            state.announce(
                    EventAction.DRAIN_STARTED,
                    election.role(),
                    "draining: this node will not lead until it is restarted");
            leaveOffice();
            heartbeatNow.run();
        }
    }

    /// S8: a disk that is almost full takes no new messages and leads nobody. It goes on to follow, as long
    /// as it can.
    void diskSpaceChanged(boolean isLow, String detail) {
        if (isLow == state.isDiskLow()) {
            return;
        }
        state.diskLow(isLow);
        state.announce(isLow ? EventAction.DISK_RESERVE_REACHED : EventAction.DISK_SPACE_BACK, election.role(), detail);
        leaveOffice();
        heartbeatNow.run();
    }

    /// A leader that is draining, or whose disk is almost full, hands over as soon as somebody can take
    /// over, and tries again if that fails.
    void leaveOffice() {
        boolean leaves = state.isDraining() || state.isDiskLow();
        if (leaves && leading.isLeading() && !leading.handovers().isUnderWay()) {
            leading.handovers().bestHeir().ifPresent(leading.handovers()::handOver);
        }
    }

    /// Once per heartbeat: a handover that is over without another leader has failed.
    void onHeartbeat() {
        if (!leading.isLeading() || !leading.handovers().isUnderWay()) {
            answerHandovers(leading.isLeading() ? "the heir did not take over; this node still leads" : "");
        }
    }
}
