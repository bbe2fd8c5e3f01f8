package dev.concord.node;

import dev.concord.election.BullyElection;
import dev.concord.election.Electorate;
import dev.concord.election.GrantRule;
import dev.concord.protocol.Address;
import dev.concord.protocol.Configuration;
import dev.concord.protocol.LogPosition;
import dev.concord.protocol.Member;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.PeerMessage;
import dev.concord.protocol.PeerMessage.Claim;
import dev.concord.protocol.PeerMessage.Election;
import dev.concord.protocol.PeerMessage.ElectionOk;
import dev.concord.protocol.PeerMessage.ElectionReason;
import dev.concord.protocol.PeerMessage.Promise;
import dev.concord.protocol.PeerMessage.PromiseReason;
import dev.concord.protocol.PeerMessage.Verdict;
import dev.concord.protocol.Role;
import dev.concord.protocol.Term;
import java.util.function.LongConsumer;

/// Where the election meets the rest of the node: what others ask of it (E4, E7, E8, E13), and what it asks
/// of its node.
final class ElectionDesk implements Electorate {
    private final NodeState state;
    private final Runnable heartbeatNow;
    private BullyElection election;
    private Leading leading;
    private Following following;

    /// @param heartbeatNow sends a heartbeat to everybody at once: a new leader does not wait for the next
    ///     interval
    @SuppressWarnings("NullAway.Init") // the parts know each other; wire() completes the circle before the first step
    ElectionDesk(NodeState state, Runnable heartbeatNow) {
        this.state = state;
        this.heartbeatNow = heartbeatNow;
    }

    void wire(BullyElection theElection, Leading theLeading, Following theFollowing) {
        election = theElection;
        leading = theLeading;
        following = theFollowing;
    }

    void asked(Member from, Election asked) {
        if (asked.reason() == ElectionReason.SUSPECT) {
            election.asked(from, asked, state.now.nanos());
            if (leading.isLeading()) {
                state.send(from.id(), leading.coordinator());
            }
            return;
        }
        boolean ready = from.equals(state.leader())
                && asked.term().equals(state.term())
                && election.role() == Role.FOLLOWER
                && isAble(state.now.nanos());
        Verdict verdict = ready ? Verdict.TAKING_OVER : Verdict.UNABLE;
        state.send(from.id(), new ElectionOk(state.durableTerm(), asked.round(), verdict, NodeId.NONE, Address.NONE));
        if (ready) {
            election.takeOver(from.id(), state.term(), state.now.nanos());
        }
    }

    void answered(Member from, ElectionOk answer) {
        if (leading.isLeading()) {
            if (answer.verdict() == Verdict.UNABLE) {
                leading.handovers().heirUnable(from);
            }
        } else {
            election.answered(from, answer, state.now.nanos());
        }
    }

    /// E7, E8: somebody wants to lead.
    void claimed(Member from, Claim claim) {
        GrantRule.Voter voter = new GrantRule.Voter(
                state.term(),
                state.meta().promisedTo(),
                state.hearsLeader(),
                leading.isLeading() && state.reachesQuorum(),
                state.leaderId());
        PromiseReason reason = GrantRule.judge(voter, from, claim);
        if (reason != PromiseReason.GRANTED || claim.probe()) {
            state.send(from.id(), promised(claim, reason));
            return;
        }
        LongConsumer answer = at -> state.send(from.id(), promised(claim, PromiseReason.GRANTED));
        if (claim.claimTerm().isAfter(state.term())) {
            election.stepDown(state.now.nanos(), false);
            promise(claim.claimTerm(), from, answer);
        } else {
            whenPromiseDurable(claim.claimTerm(), from, answer);
        }
    }

    private Promise promised(Claim claim, PromiseReason reason) {
        boolean granted = reason == PromiseReason.GRANTED;
        NodeId leader = reason == PromiseReason.LEADER_ALIVE ? state.leaderId() : NodeId.NONE;
        return new Promise(
                state.durableTerm(),
                claim.claimTerm(),
                claim.probe(),
                granted,
                reason,
                state.isIntact(),
                state.disk.durableLast(),
                state.tail.commitIndex(),
                leader,
                0);
    }

    /// A newer term holds: whatever this node led is over (E14).
    void adopt(Term term, Member promisedTo) {
        leading.end();
        state.changeMeta(state.meta().withTerm(term, promisedTo));
    }

    // --- what the election asks and orders

    @Override
    public Member self() {
        return state.member();
    }

    @Override
    public Term currentTerm() {
        return state.term();
    }

    @Override
    public Term durableTerm() {
        return state.durableTerm();
    }

    @Override
    public Term highestTermSeen() {
        return state.highestTermSeen();
    }

    @Override
    public Configuration configuration() {
        return state.configuration();
    }

    @Override
    public LogPosition lastPosition() {
        return state.lastPosition();
    }

    @Override
    public long commitIndex() {
        return state.tail.commitIndex();
    }

    @Override
    public boolean hearsLeader(long now) {
        return state.hearsLeader();
    }

    @Override
    public boolean leadsWithQuorum(long now) {
        return leading.isLeading() && state.reachesQuorum();
    }

    @Override
    public NodeId leader() {
        return state.leaderId();
    }

    @Override
    public Address addressOf(NodeId node) {
        return state.addressOf(node);
    }

    @Override
    public boolean isAble(long now) {
        return state.isVoter()
                && state.isIntact()
                && !state.isStopping()
                && !state.isDraining()
                && !state.isDiskLow()
                && state.disk.oldestAgeNanos(now) < state.settings.diskStall().toNanos()
                && state.reachesQuorum();
    }

    @Override
    public boolean isUnreachable(NodeId node) {
        return state.detector.isUnreachable(node);
    }

    @Override
    public int ableHigherVoters(long now) {
        return (int) state.configuration().voters().stream()
                .filter(p -> p.id().outranks(state.self.id()) && state.linkUp(p.member()))
                .map(p -> state.detector.last(p.member()))
                .filter(h -> h != null && h.canLead())
                .count();
    }

    @Override
    public void promise(Term term, Member to, LongConsumer whenDurable) {
        adopt(term, to);
        whenPromiseDurable(term, to, whenDurable);
    }

    @Override
    public void whenDurable(Term term, LongConsumer action) {
        whenPromiseDurable(term, state.member(), action);
    }

    private void whenPromiseDurable(Term term, Member to, LongConsumer action) {
        state.disk.whenDurable(state.now.nanos(), at -> {
            if (state.term().equals(term) && to.equals(state.meta().promisedTo())) {
                action.accept(at);
            }
        });
    }

    @Override
    public void fetchSuffix(Member from, LogPosition target) {
        following.fetch(from, target);
    }

    @Override
    public void takeOffice(Term term) {
        leading.begin();
        heartbeatNow.run();
    }

    @Override
    public void roleChanged() {
        // Announced at the end of the step, once it is settled what the role is.
    }

    @Override
    public void relayThrough(Member informer, NodeId leader) {
        following.relayThrough(informer, leader);
    }

    @Override
    public long jitter(long bound) {
        return state.jitter(bound);
    }

    @Override
    public void send(NodeId to, PeerMessage message) {
        state.send(to, message);
    }
}
