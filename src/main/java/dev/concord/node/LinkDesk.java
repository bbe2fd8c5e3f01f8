package dev.concord.node;

import dev.concord.election.BullyElection;
import dev.concord.membership.FoundingRule;
import dev.concord.protocol.Hello;
import dev.concord.protocol.Member;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.Refusal;

/// What opens, refuses and loses links, and what the other parts make of it (T4, T5, F4).
final class LinkDesk {
    private final NodeState state;
    private final FoundingRule founding;
    private final PeerBook peers;
    private final BullyElection election;
    private final Leading leading;
    private final Ingress ingress;
    private final Joining joining;
    private final Removals removals;
    private final Heartbeats heartbeats;

    LinkDesk(
            NodeState state,
            FoundingRule founding,
            PeerBook peers,
            BullyElection election,
            Leading leading,
            Ingress ingress,
            Joining joining,
            Removals removals,
            Heartbeats heartbeats) {
        this.state = state;
        this.founding = founding;
        this.peers = peers;
        this.election = election;
        this.leading = leading;
        this.ingress = ingress;
        this.joining = joining;
        this.removals = removals;
        this.heartbeats = heartbeats;
    }

    void helloReceived(long helloId, Hello hello) {
        founding.heard(hello);
        PeerBook.Verdict verdict = peers.judge(hello);
        state.effects.add(new Effect.AnswerHello(helloId, verdict.refusal()));
        if (verdict.refusal() == null) {
            welcomed(hello, verdict.newBoot());
            peers.dial();
        }
    }

    void linkOpened(Hello peer) {
        founding.heard(peer);
        Member member = peer.self().member();
        welcomed(peer, peers.welcome(peer));
        leading.replicator().reconnected(member, false, state.now.nanos());
        ingress.reconnected(member);
        if (leading.isLeading()) {
            state.send(member.id(), leading.coordinator());
        }
        if (state.isInitialised() && state.configuration().contains(member)) {
            state.send(member.id(), heartbeats.heartbeatFor(member, election, leading));
        }
        if (joining.found()) {
            election.hurry(state.now.nanos());
        }
        peers.dial();
    }

    private void welcomed(Hello hello, boolean newBoot) {
        Member member = hello.self().member();
        state.sawTerm(hello.currentTerm());
        if (newBoot) {
            state.detector.restarted(member, hello.boot());
            leading.replicator().reconnected(member, true, state.now.nanos());
            leading.forgetStreams(member);
            ingress.forget(member);
            state.refusedStreams.forget(member);
        }
    }

    void linkRefused(NodeId peer, Refusal reason) {
        switch (reason) {
            case DUPLICATE_NODE_ID ->
                state.halt(
                        Effect.HaltReason.DUPLICATE_NODE_ID,
                        "node " + peer + " says that another live node has id " + state.self.id());
            case STATE_REGRESSION ->
                state.halt(
                        Effect.HaltReason.STATE_REGRESSION,
                        "node " + peer + " knows of state that this data directory has lost; move it away and "
                                + "start again: the node joins as a new store");
            case REMOVED -> removals.told();
            case UNSUPPORTED_VERSION, FOREIGN_CLUSTER, BAD_SECRET, DUPLICATE_BOOT, BUSY ->
                state.announce(
                        EventAction.LINK_REFUSED, election.role(), "node " + peer + " refuses the link: " + reason);
        }
    }

    /// F4: the peer's process or host is gone, as far as connections can tell.
    void unreachable(NodeId peer) {
        long now = state.now.nanos();
        founding.lost(peer);
        state.detector.unreachable(peer, now);
        election.unreachable(peer, now);
        if (peer.equals(state.leaderId()) && !leading.isLeading()) {
            state.leaderLost();
            election.hurry(now);
            election.onTime(now);
        }
    }
}
