package dev.concord.node;

import dev.concord.election.BullyElection;
import dev.concord.protocol.BootId;
import dev.concord.protocol.Member;
import dev.concord.protocol.PeerMessage;
import dev.concord.protocol.PeerMessage.CatchupMode;
import dev.concord.protocol.PeerMessage.CatchupReq;
import dev.concord.protocol.PeerMessage.CatchupResp;
import dev.concord.protocol.PeerMessage.Chat;
import dev.concord.protocol.PeerMessage.ChatAck;
import dev.concord.protocol.PeerMessage.Claim;
import dev.concord.protocol.PeerMessage.Coordinator;
import dev.concord.protocol.PeerMessage.Election;
import dev.concord.protocol.PeerMessage.ElectionOk;
import dev.concord.protocol.PeerMessage.Heartbeat;
import dev.concord.protocol.PeerMessage.Join;
import dev.concord.protocol.PeerMessage.JoinAck;
import dev.concord.protocol.PeerMessage.Presence;
import dev.concord.protocol.PeerMessage.Promise;
import dev.concord.protocol.PeerMessage.Remove;
import dev.concord.protocol.PeerMessage.RemoveAck;
import dev.concord.protocol.PeerMessage.SeqAck;
import dev.concord.protocol.PeerMessage.SeqChat;
import dev.concord.protocol.PeerMessage.SnapshotPart;
import dev.concord.protocol.Role;
import dev.concord.protocol.Term;

/// What other nodes say, and who of them may be believed (T4, E15). It passes on to the parts.
final class MessageDesk {
    private final NodeState state;
    private final PeerBook peers;
    private final BullyElection election;
    private final ElectionDesk desk;
    private final Leading leading;
    private final Following following;
    private final Joining joining;
    private final Ingress ingress;
    private final HeadReads heads;
    private final CatchupDesk catchups;
    private final Heartbeats heartbeats;
    private final Repair repair;
    private final Removals removals;

    MessageDesk(
            NodeState state,
            PeerBook peers,
            BullyElection election,
            ElectionDesk desk,
            Leading leading,
            Following following,
            Joining joining,
            Ingress ingress,
            HeadReads heads,
            CatchupDesk catchups,
            Heartbeats heartbeats,
            Repair repair,
            Removals removals) {
        this.state = state;
        this.peers = peers;
        this.election = election;
        this.desk = desk;
        this.leading = leading;
        this.following = following;
        this.joining = joining;
        this.ingress = ingress;
        this.heads = heads;
        this.catchups = catchups;
        this.heartbeats = heartbeats;
        this.repair = repair;
        this.removals = removals;
    }

    /// What an earlier boot of a peer said, and what comes late, is true of that boot alone: its acknowledgements do
    /// not make a member in repair intact (P1), and its client messages belong to nobody any more.
    void received(Member from, BootId boot, PeerMessage message) {
        if (peers.isSucceeded(from, boot)) {
            return;
        }
        state.sawTerm(message.term());
        peers.heard(from, message.term());
        if (removals.isOut(from)) {
            removals.dismiss(from);
        } else if (message instanceof Join join) {
            joining.asked(from, join, leading);
        } else if (message instanceof JoinAck answer) {
            joining.answered(from.id(), answer);
        } else if (message instanceof RemoveAck answer) { // of who was removed before it knew that it was taken in, too
            removals.answered(answer);
        } else if (state.isInitialised()) {
            receivedByMember(from, message);
        }
    }

    private void receivedByMember(Member from, PeerMessage message) {
        long now = state.now.nanos();
        switch (message) {
            case Heartbeat heartbeat -> heartbeatReceived(from, heartbeat);
            case Election asked -> desk.asked(from, asked);
            case ElectionOk answer -> desk.answered(from, answer);
            case Claim claim -> desk.claimed(from, claim);
            case Promise promise -> {
                peers.saysIntact(from, promise.intact());
                election.promised(from, promise, now);
            }
            case Coordinator coordinator -> accept(from, coordinator.term());
            case SeqChat entries -> {
                if (accept(from, entries.term())) {
                    following.replicated(from, entries);
                }
            }
            case SeqAck ack -> acknowledged(from, ack);
            case Chat chat -> chatReceived(from, chat);
            case ChatAck answer -> ingress.results(from, answer.stream(), answer.results());
            case CatchupReq request -> catchups.asked(from, request, heads);
            case CatchupResp response -> {
                if (response.mode() == CatchupMode.HEAD) {
                    heads.answered(response);
                } else {
                    following.caughtUp(from, response);
                }
            }
            case SnapshotPart part -> following.received(from, part);
            case Remove order -> removals.asked(from, order);
            case Join join -> {} // these three are handled before membership matters
            case JoinAck answer -> {}
            case RemoveAck answer -> {}
            case Presence news -> {} // for people: the runtime has taken it out
        }
    }

    /// E15: somebody speaks as leader of a term. Returns whether to believe it.
    private boolean accept(Member from, Term term) {
        if (term.isBefore(state.term())) {
            following.tellStale(from);
            return false;
        }
        if (term.isAfter(state.term())) {
            desk.adopt(term, from);
        }
        Member known = state.leader();
        if (known != null && !known.equals(from)) {
            state.halt(
                    Effect.HaltReason.INVARIANT_BROKEN,
                    "two leaders in term " + term + ": " + known + " and " + from + " (I1)");
            return false;
        }
        state.leads(from);
        following.leaderHeard();
        election.leaderHeard(state.now.nanos());
        return true;
    }

    private void heartbeatReceived(Member from, Heartbeat heartbeat) {
        long now = state.now.nanos();
        boolean wasUp = state.linkUp(from);
        state.detector.heard(from, heartbeat, now);
        if (heartbeat.canLead()) {
            peers.saysIntact(from, true);
        }
        if (!wasUp) {
            heartbeats.prove(from, election, leading);
        }
        if (heartbeat.role() == Role.LEADER) {
            if (accept(from, heartbeat.term())) {
                following.leaderCommit(heartbeat.commitIndex());
                repair.told(from, heartbeat);
            }
        } else if (from.equals(state.leader()) && heartbeat.term().equals(state.term())) {
            state.forgetLeader(); // it no longer leads (F3)
            election.hurry(now + state.jitter(state.settings.okTimeout().toNanos()));
        }
        heartbeats.compare(from, heartbeat);
        heads.heard(from, heartbeat.term());
        if (heartbeats.isLeaderlessStart(election, now)) {
            election.hurry(now);
        }
    }

    private void acknowledged(Member from, SeqAck ack) {
        peers.saysIntact(from, ack.intact());
        if (ack.term().isAfter(state.term()) && leading.isLeading()) { // E14
            leading.end();
            election.stepDown(state.now.nanos(), false);
        } else if (leading.isLeading() && ack.term().equals(state.term())) {
            if (ack.ok()) {
                peers.acknowledged(from, ack.term(), ack.matchIndex());
            }
            leading.acked(from, ack);
        }
    }

    private void chatReceived(Member from, Chat chat) {
        if (leading.isLeading()) {
            leading.take(from, chat);
        } else {
            ingress.relay(from, chat, state.hearsLeader());
        }
    }
}
