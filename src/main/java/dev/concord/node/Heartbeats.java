package dev.concord.node;

import dev.concord.election.BullyElection;
import dev.concord.protocol.ChainHash;
import dev.concord.protocol.Member;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.Peer;
import dev.concord.protocol.PeerMessage.Heartbeat;
import dev.concord.protocol.Role;
import java.util.TreeMap;

/// What this node says of itself to every member, once per heartbeat interval (F2). Durable values only
/// (S3). Called from the event loop alone, so a node that hangs falls silent (F5, trap 19).
final class Heartbeats {
    /// Answers at once to a peer whose link is not up, within one interval. More would let two nodes that
    /// woke up with full inboxes answer each other's answers for ever, always too late to prove anything.
    static final int MAX_PROOFS = 4;

    private final NodeState state;
    private final long bornAt;
    private final TreeMap<Member, Integer> proofs = new TreeMap<>();

    Heartbeats(NodeState state) {
        this.state = state;
        this.bornAt = state.now.nanos();
    }

    void send(BullyElection election, Leading leading) {
        if (!state.isInitialised()) {
            return;
        }
        proofs.clear();
        for (Member peer : state.others()) {
            state.send(peer.id(), heartbeatFor(peer, election, leading));
        }
    }

    /// Proves the other direction of a new link without waiting for the next interval.
    void prove(Member peer, BullyElection election, Leading leading) {
        if (proofs.merge(peer, 1, Integer::sum) <= MAX_PROOFS) {
            state.send(peer.id(), heartbeatFor(peer, election, leading));
        }
    }

    Heartbeat heartbeatFor(Member peer, BullyElection election, Leading leading) {
        long now = state.now.nanos();
        long check = Math.min(state.tail.commitIndex(), state.disk.durableIndex());
        ChainHash hash = state.tail.hashAt(check);
        boolean leaderOk = leading.isLeading() || state.hearsLeader();
        return new Heartbeat(
                state.durableTerm(),
                state.detector.nextNumber(peer, now),
                state.detector.echoFor(peer),
                state.detector.echoAgeNanos(peer, now) / 1000,
                election.role(),
                leaderOk ? state.leaderId() : NodeId.NONE,
                leaderOk,
                election.canLead(now),
                state.disk.durableLast(),
                state.tail.commitIndex(),
                hash == null ? 0 : check,
                hash == null ? ChainHash.ZERO : hash,
                leading.isLeading() ? leading.replicator().repairTarget(peer) : 0);
    }

    /// E1 lets a started node wait for a leader to show itself. If every voter in reach says that it hears
    /// none, and this node outranks them all, there is nothing to wait for; the probe (E7) asks them again
    /// anyway.
    boolean isLeaderlessStart(BullyElection election, long now) {
        boolean young = now - bornAt < state.settings.leaderTimeout().toNanos();
        if (!young || state.leader() != null || election.role() != Role.FOLLOWER || !state.reachesQuorum()) {
            return false;
        }
        for (Peer voter : state.configuration().voters()) {
            boolean other = !voter.member().equals(state.member());
            if (other && state.linkUp(voter.member())) {
                Heartbeat last = state.detector.last(voter.member());
                if (last == null || last.leaderOk() || voter.id().outranks(state.self.id())) {
                    return false;
                }
            }
        }
        return true;
    }

    /// R10: whether what another node has committed is what this one has.
    void compare(Member from, Heartbeat heartbeat) {
        long index = heartbeat.checkIndex();
        ChainHash own = index > 0 && index <= state.tail.commitIndex() ? state.tail.hashAt(index) : null;
        if (own != null && !own.equals(heartbeat.checkHash())) {
            state.halt(
                    Effect.HaltReason.INVARIANT_BROKEN,
                    "committed entry " + index + " has hash " + own + " here and " + heartbeat.checkHash() + " on node "
                            + from.id() + " (R10)");
        }
    }
}
