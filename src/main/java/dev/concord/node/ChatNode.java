package dev.concord.node;

import dev.concord.election.BullyElection;
import dev.concord.membership.FoundingRule;
import dev.concord.protocol.BootId;
import dev.concord.protocol.Hello;
import dev.concord.protocol.Levels;
import dev.concord.protocol.LogSnapshot;
import dev.concord.protocol.Member;
import dev.concord.protocol.Meta;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.Peer;
import dev.concord.protocol.PeerMessage;
import dev.concord.protocol.PeerMessage.ChatAck;
import dev.concord.protocol.ProtocolSettings;
import dev.concord.protocol.Refusal;
import dev.concord.protocol.Role;
import dev.concord.protocol.Term;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// One node of the cluster as a deterministic state machine (section 16): events and the time go in, effects
/// come out.
///
/// This class routes: to [Leading], [Following], [Repair], [Joining], [Removals], [Ingress], the election,
/// and the desks
/// for messages, links and operators. Durable are only the log and the [Meta] record; all else is lost with the
/// process.
/// It is not thread-safe: one event loop steps it.
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
    private final Repair repair;
    private final MessageDesk messages;
    private final Removals removals;
    private final LinkDesk links;
    private final OperatorDesk operators;
    private final News news;
    private final Upgrade upgrade;
    private final Freshness freshness;

    private long lastStepAt;
    private long nextHeartbeatAt;
    private boolean halted;

    /// @param recovery what the data directory held; its entries are read once, here
    /// @param levels what this program knows (V1)
    public ChatNode(
            Peer self,
            BootId boot,
            ProtocolSettings settings,
            Levels levels,
            Founding plan,
            Recovery recovery,
            Now now) {
        this.plan = plan;
        state = new NodeState(self, boot, settings, levels, recovery, now);
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
        upgrade = new Upgrade(state, peers, leading);
        removals = new Removals(state, leading);
        joining = new Joining(state, founding, peers, removals);
        ingress = new Ingress(state);
        heads = new HeadReads(state, leading, this::sendHeartbeats);
        links = new LinkDesk(state, founding, peers, election, leading, ingress, joining, removals, heartbeats);
        operators = new OperatorDesk(state, leading, election, this::sendHeartbeats);
        news = new News(state);
        freshness = new Freshness(state);
        repair = new Repair(state, election, following);
        messages = new MessageDesk(
                state,
                peers,
                election,
                desk,
                leading,
                following,
                joining,
                ingress,
                heads,
                catchups,
                heartbeats,
                repair,
                removals);
        lastStepAt = now.nanos();
        nextHeartbeatAt = now.nanos();
        joining.discardHalfFounded();
    }

    /// Takes in what happened and says what is to be done, in order. After [Effect.Halt] it does nothing any
    /// more.
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
        halted = state.isHalted();
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
            case Event.Received(Member from, BootId boot, PeerMessage message) ->
                messages.received(from, boot, message);
            case Event.Persisted(long ticket) -> persisted(ticket);
            case Event.Submitted(List<Submission> submissions) -> ingress.submit(submissions, refusal());
            case Event.LogTrimmed(LogSnapshot snapshot) -> state.trimmed(snapshot);
            case Event.LogRead read -> catchups.readDone(read, leading);
            case Event.HelloReceived(long helloId, Hello hello) -> links.helloReceived(helloId, hello);
            case Event.LinkOpened(Hello peer) -> links.linkOpened(peer);
            case Event.LinkRefused(NodeId peer, Refusal reason) -> links.linkRefused(peer, reason);
            case Event.LinksClosed(Member peer, BootId boot) -> peers.closed(peer, boot);
            case Event.PeerUnreachable(NodeId peer) -> links.unreachable(peer);
            case Event.HandoverRequested(long requestId, NodeId target) ->
                operators.handoverRequested(requestId, target);
            case Event.RemovalRequested(long requestId, NodeId target) -> removals.request(requestId, target);
            case Event.StopRequested stop -> operators.stopRequested();
            case Event.DrainRequested drain -> operators.drainRequested();
            case Event.DiskSpaceChanged(boolean isLow, String detail) -> operators.diskSpaceChanged(isLow, detail);
            case Event.RaiseRequested(long requestId, int level) -> upgrade.requested(requestId, level);
            case Event.HeadRequested(long requestId, long deadline) -> heads.ask(requestId, deadline);
            case Event.TimePassed passed -> {}
        }
    }

    /// What follows from any step: commits, answers, links, news.
    private void settle() {
        leading.advance();
        ingress.flush(ingressTarget(), chat -> leading.take(state.member(), chat));
        leading.flushAnswers();
        upgrade.settle();
        repair.settle();
        ingress.applied();
        if (state.takeConfigurationChanged()) {
            peers.dial();
            leading.configurationChanged();
        }
        if (state.takeConfigurationCommitted()) {
            removals.configurationCommitted();
        }
        if (news.announceChanges(election.role(), leading.isLeading())) {
            operators.answerHandovers("");
        }
    }

    // --- time

    /// When [Event.TimePassed] is due, in monotonic nanoseconds; never later than a heartbeat interval from
    /// now.
    public long nextWakeUpNanos() {
        long duties = Math.min(nextHeartbeatAt, leading.nextWakeUp());
        return Math.min(Math.min(duties, election.nextWakeUp()), ingress.nextWakeUp());
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
            operators.leaveOffice();
        }
        ingress.onTime();
        heads.onTime();
        removals.onHeartbeat();
        operators.onHeartbeat();
        freshness.look(leading.isLeading());
    }

    private void sendHeartbeats() {
        heartbeats.send(election, leading);
    }

    private void answerChat(Member to, long stream, List<PeerMessage.ChatResult> results) {
        if (to.equals(state.member())) {
            ingress.results(to, stream, List.copyOf(results));
        } else {
            state.send(to.id(), new ChatAck(state.durableTerm(), stream, results));
        }
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
        if (state.isDiskLow()) {
            return SubmitResult.Reason.DISK_FULL;
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

    // --- for the surroundings

    /// What this node says of itself in a handshake: durable values only (S3).
    public Hello hello() {
        Meta meta = state.disk.durableMeta();
        return new Hello(
                state.levels,
                meta.clusterId(),
                state.self,
                state.boot,
                meta.currentTerm(),
                state.disk.leastLast(),
                meta.repairing(),
                meta.level());
    }

    /// Whom this node follows and hears, itself if it leads, or none.
    public NodeId currentLeader() {
        return leading.isLeading() || state.hearsLeader() ? state.leaderId() : NodeId.NONE;
    }

    /// What this node is in the election of its term.
    public Role role() {
        return election.role();
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

    /// Up to this message nobody needs its key any more: what retention may remove (X4, C5).
    public long removableSeq() {
        return state.removableSeq();
    }

    /// The level of the cluster, and what each member knows.
    public LevelReport levels(Now now) {
        state.now = now;
        return upgrade.report();
    }

    /// A snapshot for those who watch.
    public NodeStatus status(Now now) {
        state.now = now;
        return new StatusReport(state, plan, peers)
                .of(
                        election,
                        leading,
                        founding,
                        ingress.openMessages(),
                        news.leaderChanges(),
                        freshness.isStale(leading.isLeading()));
    }

    /// Checks what must always hold inside one node; the simulation calls it after every step.
    ///
    /// @throws IllegalStateException naming the broken invariant
    public void checkInvariants() {
        state.checkInvariants();
        removals.checkInvariants();
        leading.checkInvariants();
        ingress.checkInvariants();
        if (leading.isLeading() != (election.role() == Role.LEADER)) {
            throw new IllegalStateException("role " + election.role() + ", leading " + leading.isLeading());
        }
        catchups.checkInvariants();
    }
}
