package dev.concord.node;

import dev.concord.election.BullyElection;
import dev.concord.protocol.Member;
import dev.concord.protocol.PeerMessage.Heartbeat;
import dev.concord.protocol.Term;

/// A member that has lost acknowledged entries gets them back (P1 to P3). Until then it counts for nothing:
/// it does not lead, and its promises and acknowledgements say that it is not intact. That it may forget of
/// itself what it once held is why it cannot decide alone when it is whole: the leader names the entry that
/// it must reach.
///
/// Durable is the flag in the [dev.concord.protocol.Meta] record; the target is asked for anew in each term
/// and boot.
final class Repair {
    private final NodeState state;
    private final BullyElection election;
    private final Following following;
    private Term targetTerm = Term.ZERO;
    private long target;

    Repair(NodeState state, BullyElection election, Following following) {
        this.state = state;
        this.election = election;
        this.following = following;
    }

    /// The leader of the current term says how far this member must get (P2). Only what answers this boot
    /// counts: the target of an earlier one may lie before entries that it acknowledged later.
    void told(Member leader, Heartbeat heartbeat) {
        if (!state.meta().repairing()
                || heartbeat.repairTarget() == 0
                || !state.detector.answersThisBoot(leader, heartbeat)) {
            return;
        }
        if (!targetTerm.equals(state.term())) {
            targetTerm = state.term();
            target = heartbeat.repairTarget();
            state.announce(
                    EventAction.REPAIR_STARTED,
                    election.role(),
                    "this log is repaired from node " + leader.id() + ", up to entry " + target);
        }
        target = Math.max(target, heartbeat.repairTarget());
    }

    /// P3: whole again once it has, durably and verified in this term, all up to the target. It counts from
    /// when that is durable too.
    void settle() {
        boolean reached = state.meta().repairing()
                && targetTerm.equals(state.term())
                && following.verifiedInTerm() >= target
                && state.disk.durableIndex() >= target;
        if (!reached) {
            return;
        }
        state.changeMeta(state.meta().withRepairing(false));
        state.disk.whenDurable(state.now.nanos(), at -> {
            if (state.isIntact()) {
                state.announce(
                        EventAction.REPAIR_FINISHED, election.role(), "this log is whole again, and counts again");
                following.acknowledgeAgain();
            }
        });
    }

    /// Up to where the log must get, 0 if that is not known or there is nothing to repair.
    long target() {
        return state.meta().repairing() && targetTerm.equals(state.term()) ? target : 0;
    }
}
