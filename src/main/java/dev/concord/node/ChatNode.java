package dev.concord.node;

import dev.concord.election.BullyElection;
import dev.concord.membership.FoundingRule;
import dev.concord.membership.JoinRule;
import dev.concord.protocol.BootId;
import dev.concord.protocol.Hello;
import dev.concord.protocol.Member;
import dev.concord.protocol.Meta;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.Peer;
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
import dev.concord.protocol.PeerMessage.JoinStatus;
import dev.concord.protocol.PeerMessage.Promise;
import dev.concord.protocol.PeerMessage.SeqAck;
import dev.concord.protocol.PeerMessage.SeqChat;
import dev.concord.protocol.ProtocolSettings;
import dev.concord.protocol.Refusal;
import dev.concord.protocol.Role;
import dev.concord.protocol.Term;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// One node of the cluster as a deterministic state machine (section 16): events and the time go in, effects come out.
///
/// This class routes. It decides who may be believed (E15, T4) and passes on to the parts: [Leading], [Following],
/// [Joining], [Ingress], and the election. Durable are only the log and the [Meta] record; all else is lost with the
/// process. It is not thread-safe: one event loop steps it.
public final class ChatNode {
    private final NodeState state;
    private final Founding plan;
    private final FoundingRule founding;
    private final PeerBook peers;
    private final BullyElection election;
    private final Leading leading;
    private final Following following;
    private final Joining joining;
    private final Ingress ingress;
    private final HeadReads heads;
    private final CatchupDesk catchups;
    private final ElectionDesk desk;
    private final Heartbeats heartbeats;
    private final List<Long> handoverRequests = new ArrayList<>();

    private final long bornAt;
    private long lastStepAt;
    private long leaderChanges;
    private long nextHeartbeatAt;
    private Role announcedRole = Role.FOLLOWER;
    private NodeId announcedLeader = NodeId.NONE;
    private Term announcedTerm = Term.ZERO;
    private boolean halted;

    /// @param recovery what the data directory held; its entries are read once, here
    public ChatNode(Peer self, BootId boot, ProtocolSettings settings, Founding plan, Recovery recovery, Now now) {
        this.plan = plan;
        state = new NodeState(self, boot, settings, recovery, now);
        founding = new FoundingRule(
                self.id(), plan.seeds().stream().map(SeedNode::id).toList(), plan.bootstrap());
        peers = new PeerBook(state, plan);
        heartbeats = new Heartbeats(state);
        catchups = new CatchupDesk(state);
        desk = new ElectionDesk(state, this::sendHeartbeats);
        election = new BullyElection(desk, settings, now.nanos());
        leading = new Leading(state, election, founding, this::answerChat, catchups::readForFollower);
        following = new Following(state, election);
        desk.wire(election, leading, following);
        joining = new Joining(state, founding, peers);
        ingress = new Ingress(state);
        heads = new HeadReads(state, leading, this::sendHeartbeats);
        bornAt = now.nanos();
        lastStepAt = now.nanos();
        nextHeartbeatAt = now.nanos();
        joining.discardHalfFounded();
    }

    /// Takes in what happened and says what is to be done, in order. After [Effect.Halt] it does nothing any more.
    ///
    /// @param random used for jitter, and for the cluster id at founding; nothing else is random
    public List<Effect> step(Event event, Now now, RandomGenerator random) {
        if (halted) {
            return List.of();
        }
        state.now = now;
        state.random = random;
        noticePause(now.nanos());
        handle(event);
        if (now.nanos() >= nextWakeUpNanos() && event instanceof Event.TimePassed) {
            timePassed();
        }
        settle();
        List<Effect> effects = List.copyOf(state.effects);
        state.effects.clear();
        halted = effects.stream().anyMatch(Effect.Halt.class::isInstance);
        return effects;
    }

    /// F6: after a pause nothing that was believed before it may be acted on.
    private void noticePause(long now) {
        long gap = now - lastStepAt;
        lastStepAt = now;
        long timeout = state.settings.leaderTimeout().toNanos();
        if (gap > timeout && leading.isLeading()) {
            leading.stepDown("this node was paused for " + gap / 1_000_000 + " ms");
        } else if (gap > timeout / 2) {
            election.rearm(now);
        }
    }

    private void handle(Event event) {
        switch (event) {
            case Event.Received(Member from, PeerMessage message) -> received(from, message);
            case Event.Persisted(long ticket) -> persisted(ticket);
            case Event.Submitted(List<Submission> submissions) -> ingress.submit(submissions, refusal());
            case Event.LogRead read -> catchups.readDone(read, leading);
            case Event.HelloReceived(long helloId, Hello hello) -> helloReceived(helloId, hello);
            case Event.LinkOpened(Hello peer) -> linkOpened(peer);
            case Event.LinkRefused(NodeId peer, Refusal reason) -> linkRefused(peer, reason);
            case Event.LinksClosed(Member peer, BootId boot) -> peers.closed(peer, boot);
            case Event.PeerUnreachable(NodeId peer) -> unreachable(peer);
            case Event.HandoverRequested(long requestId, NodeId target) -> handoverRequested(requestId, target);
            case Event.StopRequested stop -> stopRequested();
            case Event.DrainRequested drain -> drainRequested();
            case Event.HeadRequested(long requestId, long deadline) -> heads.ask(requestId, deadline);
            case Event.TimePassed passed -> {}
        }
    }

    /// What follows from any step: commits, answers, links, news.
    private void settle() {
        leading.advance();
        ingress.flush(ingressTarget(), chat -> leading.take(state.member(), chat));
        leading.flushAnswers();
        ingress.applied();
        if (state.takeConfigurationChanged()) {
            peers.dial();
            leading.configurationChanged();
        }
        announceChanges();
    }

    // --- time

    /// When [Event.TimePassed] is due, in monotonic nanoseconds; never later than a heartbeat interval from now.
    public long nextWakeUpNanos() {
        return Math.min(Math.min(nextHeartbeatAt, election.nextWakeUp()), ingress.nextWakeUp());
    }

    private void timePassed() {
        long now = state.now.nanos();
        if (leading.isLeading()) {
            leading.onTime();
        }
        if (now >= nextHeartbeatAt) {
            heartbeat();
        }
        election.onTime(now);
        if (now >= election.nextWakeUp()) { // nothing to elect here: look again with the next heartbeat
            election.rearm(now);
        }
    }

    private void heartbeat() {
        nextHeartbeatAt = state.now.nanos() + state.settings.heartbeat().toNanos();
        if (joining.found()) {
            peers.dial();
            election.hurry(state.now.nanos());
        }
        peers.dial();
        joining.onHeartbeat();
        sendHeartbeats();
        following.onHeartbeat();
        if (leading.isLeading()) {
            leading.onHeartbeat();
            leaveOffice();
        }
        ingress.onTime();
        heads.onTime();
        if (!leading.isLeading() || !leading.isHandingOver()) {
            answerHandovers(leading.isLeading() ? "the heir did not take over; this node still leads" : "");
        }
    }

    private void sendHeartbeats() {
        heartbeats.send(election, leading.isLeading());
    }

    // --- links

    private void helloReceived(long helloId, Hello hello) {
        founding.heard(hello);
        PeerBook.Verdict verdict = peers.judge(hello);
        state.effects.add(new Effect.AnswerHello(helloId, verdict.refusal()));
        if (verdict.refusal() == null) {
            welcomed(hello, verdict.newBoot());
            peers.dial();
        }
    }

    private void linkOpened(Hello peer) {
        founding.heard(peer);
        Member member = peer.self().member();
        welcomed(peer, peers.welcome(peer));
        leading.replicator().reconnected(member, false, state.now.nanos());
        ingress.reconnected(member);
        if (leading.isLeading()) {
            state.send(member.id(), leading.coordinator());
        }
        if (state.isInitialised() && state.configuration().contains(member)) {
            state.send(member.id(), heartbeats.heartbeatFor(member, election, leading.isLeading()));
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
        }
    }

    private void linkRefused(NodeId peer, Refusal reason) {
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
            case REMOVED -> state.halt(Effect.HaltReason.REMOVED, "this node was removed from the cluster");
            case UNSUPPORTED_VERSION, FOREIGN_CLUSTER, BAD_SECRET, DUPLICATE_BOOT, BUSY ->
                state.announce("link-refused", election.role(), "node " + peer + " refuses the link: " + reason);
        }
    }

    /// F4: the peer's process or host is gone, as far as connections can tell.
    private void unreachable(NodeId peer) {
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

    // --- messages

    private void received(Member from, PeerMessage message) {
        state.sawTerm(message.term());
        peers.heard(from, message.term());
        if (message instanceof Join join) {
            joinAsked(from, join);
        } else if (message instanceof JoinAck answer) {
            joining.answered(from.id(), answer);
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
            case Promise promise -> election.promised(from, promise, now);
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
            case Join join -> {} // both are handled before membership matters
            case JoinAck answer -> {}
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
        if (!wasUp) {
            heartbeats.prove(from, election, leading.isLeading());
        }
        if (heartbeat.role() == Role.LEADER) {
            if (accept(from, heartbeat.term())) {
                following.leaderCommit(heartbeat.commitIndex());
            }
        } else if (from.equals(state.leader()) && heartbeat.term().equals(state.term())) {
            state.forgetLeader(); // it no longer leads (F3)
            election.hurry(now + state.jitter(state.settings.okTimeout().toNanos()));
        }
        heartbeats.compare(from, heartbeat);
        heads.heard(from, heartbeat.term());
        if (isLeaderlessStart(now)) {
            election.hurry(now);
        }
    }

    /// E1 lets a started node wait for a leader to show itself. If every voter in reach says that it hears none, and
    /// this node
    /// outranks them all, there is nothing to wait for; the probe (E7) asks them again anyway.
    private boolean isLeaderlessStart(long now) {
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

    private void acknowledged(Member from, SeqAck ack) {
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

    private void answerChat(Member to, long stream, List<PeerMessage.ChatResult> results) {
        if (to.equals(state.member())) {
            ingress.results(to, stream, List.copyOf(results));
        } else {
            state.send(to.id(), new ChatAck(state.durableTerm(), stream, results));
        }
    }

    private void joinAsked(Member from, Join join) {
        if (!join.self().member().equals(from)) {
            return;
        }
        JoinStatus status;
        String reason;
        if (leading.isLeading()) {
            JoinRule.Decision decision = leading.join(join.self());
            status = decision.status();
            reason = decision.reason();
        } else if (state.hearsLeader()) {
            status = JoinStatus.REDIRECT;
            reason = "ask the leader";
        } else {
            status = JoinStatus.PENDING;
            reason = "no leader is known here";
        }
        state.send(from.id(), leading.joinAck(status, reason, currentLeader()));
    }

    // --- disk

    private void persisted(long ticket) {
        state.disk.persisted(ticket, state.now.nanos());
        following.persisted(ticket);
        leading.advance();
    }

    // --- operators and clients

    private SubmitResult.@Nullable Reason refusal() {
        if (state.isStopping()) {
            return SubmitResult.Reason.STOPPING;
        }
        boolean forming = !state.isInitialised() || leading.isLeading() && leading.isForming();
        return forming ? SubmitResult.Reason.FORMING : null;
    }

    private @Nullable Member ingressTarget() {
        if (leading.isLeading()) {
            return leading.isAccepting() ? state.member() : null;
        }
        return state.hearsLeader() ? state.leader() : following.informer();
    }

    private void handoverRequested(long requestId, NodeId target) {
        Optional<Member> heir = target.isPresent()
                ? state.configuration().peer(target).map(Peer::member).filter(state.configuration()::isVoter)
                : leading.bestHeir();
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
        if (!leading.isHandingOver()) {
            leading.handOver(heir.orElseThrow());
        }
    }

    private void answerHandovers(String failure) {
        handoverRequests.forEach(id -> state.effects.add(new Effect.AnswerHandover(id, failure)));
        handoverRequests.clear();
    }

    private void stopRequested() {
        state.stopping();
        if (leading.isLeading() && !leading.isHandingOver()) {
            leading.bestHeir().ifPresent(leading::handOver);
        }
    }

    private void drainRequested() {
        if (!state.isDraining()) {
            state.draining();
            state.announce("drain-started", election.role(), "draining: this node will not lead until it is restarted");
            leaveOffice();
            sendHeartbeats();
        }
    }

    /// A draining leader hands over as soon as somebody can take over, and tries again if that fails.
    private void leaveOffice() {
        if (state.isDraining() && leading.isLeading() && !leading.isHandingOver()) {
            leading.bestHeir().ifPresent(leading::handOver);
        }
    }

    private void announceChanges() {
        Role role = election.role();
        NodeId leader = leading.isLeading() || state.hearsLeader() ? state.leaderId() : NodeId.NONE;
        boolean leaderChanged = !leader.equals(announcedLeader);
        if (leaderChanged
                || role == Role.LEADER != (announcedRole == Role.LEADER)
                || !state.term().equals(announcedTerm)) {
            String action = leaderChanged ? leader.isPresent() ? "leader-elected" : "leader-lost" : "term-adopted";
            String detail = leader.isPresent()
                    ? "node " + leader + " leads term " + state.term()
                    : "no leader in term " + state.term();
            state.announce(action, role, detail);
            leaderChanges += leaderChanged && leader.isPresent() ? 1 : 0;
            if (leaderChanged && leader.isPresent() && !leading.isLeading()) {
                answerHandovers("");
            }
        }
        announcedRole = role;
        announcedLeader = leader;
        announcedTerm = state.term();
    }

    // --- for the surroundings

    /// What this node says of itself in a handshake: durable values only (S3).
    public Hello hello() {
        Meta meta = state.disk.durableMeta();
        return new Hello(
                Hello.PROTOCOL_VERSION,
                meta.clusterId(),
                state.self,
                state.boot,
                meta.currentTerm(),
                state.disk.durableLast(),
                meta.repairing());
    }

    /// Whom this node follows and hears, itself if it leads, or none.
    public NodeId currentLeader() {
        return leading.isLeading() || state.hearsLeader() ? state.leaderId() : NodeId.NONE;
    }

    public Term currentTerm() {
        return state.term();
    }

    public long commitIndex() {
        return state.tail.commitIndex();
    }

    /// Seq of the newest committed message.
    public long commitSeq() {
        return state.tail.commitSeq();
    }

    /// A snapshot for those who watch.
    public NodeStatus status(Now now) {
        state.now = now;
        return new StatusReport(state, plan).of(election, leading, founding, ingress.openMessages(), leaderChanges);
    }

    /// Checks what must always hold inside one node; the simulation calls it after every step.
    ///
    /// @throws IllegalStateException naming the broken invariant
    public void checkInvariants() {
        state.checkInvariants();
        leading.checkInvariants();
        ingress.checkInvariants();
        if (leading.isLeading() != (election.role() == Role.LEADER)) {
            throw new IllegalStateException("role " + election.role() + ", leading " + leading.isLeading());
        }
        catchups.checkInvariants();
    }
}
