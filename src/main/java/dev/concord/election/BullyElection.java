package dev.concord.election;

import dev.concord.protocol.Address;
import dev.concord.protocol.Member;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.Peer;
import dev.concord.protocol.PeerMessage.Election;
import dev.concord.protocol.PeerMessage.ElectionOk;
import dev.concord.protocol.PeerMessage.ElectionReason;
import dev.concord.protocol.PeerMessage.Promise;
import dev.concord.protocol.PeerMessage.Verdict;
import dev.concord.protocol.ProtocolSettings;
import dev.concord.protocol.Role;
import dev.concord.protocol.Term;
import java.util.TreeMap;
import java.util.TreeSet;

/// The Bully election of one node (section 7): sees to it that the highest able id claims the term.
///
/// Transitions:
/// - FOLLOWER → ELECTING: no leader heard and the election timer has run out (E3), or a lower id asks (E4)
/// - ELECTING → FOLLOWER: a leader is alive, or a higher id takes over (E5), or this node cannot lead now
/// - ELECTING → CLAIMING: nobody above takes over; first a probe that changes nothing (E7)
/// - FOLLOWER → CLAIMING: the leader hands over to this node (E13), without a probe
/// - CLAIMING → LEADER: a majority promised and its newest log is adopted (E11)
/// - any → FOLLOWER: another leader or a newer term (E14, E15), or the claim failed (E6)
///
/// All state is volatile; what must survive (term and promise) is the node's meta record. It never leads a term that it
/// claimed before a restart, because a claim starts with a term higher than any it knows (E1).
public final class BullyElection {
    /// Longest time a higher id that does not deliver is ignored (E5).
    static final long MAX_IGNORE_NANOS = 60_000_000_000L;
    /// Longest hold-off after failed claims (E6).
    static final long MAX_HOLD_OFF_NANOS = 10_000_000_000L;
    /// First wait before asking again when others have not yet noticed what this node knows for certain (F4).
    static final long FIRST_RECHECK_NANOS = 15_000_000L;

    private final Electorate node;
    private final ProtocolSettings settings;
    private final HoldOff afterFailure;
    private final HoldOff recheck;
    private final TreeMap<NodeId, HoldOff> ignored = new TreeMap<>();
    private final TreeSet<Member> awaiting = new TreeSet<>();
    private final Claiming claiming;

    private Role role = Role.FOLLOWER;
    private long timer;
    private long round;
    private long roundEnds;
    private NodeId takingOver = NodeId.NONE;
    private long started;

    public BullyElection(Electorate node, ProtocolSettings settings, long now) {
        this.node = node;
        this.settings = settings;
        this.afterFailure = new HoldOff(settings.holdOffBase().toNanos(), MAX_HOLD_OFF_NANOS);
        this.recheck = new HoldOff(FIRST_RECHECK_NANOS, settings.leaderTimeout().toNanos());
        this.timer = now + settings.leaderTimeout().toNanos();
        this.claiming = new Claiming(node, settings, new ClaimOutcome());
    }

    public Role role() {
        return role;
    }

    /// Number of elections this node has started.
    public long started() {
        return started;
    }

    /// Whether this node may take over now (E2).
    public boolean canLead(long now) {
        return node.isAble(now) && afterFailure.isOver(now);
    }

    /// A leader was heard, or a promise was given, or the node started: wait in full (E1).
    public void rearm(long now) {
        timer = now + settings.leaderTimeout().toNanos();
    }

    /// A leader of the current term spoke: whatever was under way is over (E15).
    public void leaderHeard(long now) {
        rearm(now);
        takingOver = NodeId.NONE;
        afterFailure.succeeded();
        recheck.succeeded();
        ignored.clear();
        follow();
    }

    /// Ends whatever is under way and follows.
    public void follow() {
        awaiting.clear();
        claiming.end();
        become(Role.FOLLOWER);
    }

    /// A leader steps down and stays away for a while (E12, E14).
    public void stepDown(long now, boolean ownFault) {
        if (ownFault) {
            failed(now);
        } else {
            rearm(now);
        }
        follow();
    }

    /// There is no need to wait for the timer: the leader is gone for certain (F4), or the cluster has just been
    /// founded.
    public void hurry(long now) {
        if (role == Role.FOLLOWER && !awaitsHigher(now)) {
            timer = Math.min(timer, Math.max(now, recheck.isOver(now) ? now : recheck.until()));
        }
    }

    /// Connections to a node were refused: nothing will come from it (E3, F4).
    public void unreachable(NodeId id, long now) {
        if (takingOver.equals(id)) {
            timer = now;
        }
        if (role == Role.ELECTING && awaiting.removeIf(m -> m.id().equals(id)) && awaiting.isEmpty()) {
            conclude(now);
        }
        claiming.unreachable(id, now);
    }

    /// When [#onTime] has something to do; far away for a leader.
    public long nextWakeUp() {
        return switch (role) {
            case FOLLOWER -> timer;
            case ELECTING -> roundEnds;
            case CLAIMING -> claiming.nextWakeUp();
            case LEADER -> Long.MAX_VALUE;
        };
    }

    /// Lets time pass.
    public void onTime(long now) {
        switch (role) {
            case FOLLOWER -> {
                if (now >= timer) {
                    if (node.hearsLeader(now) || !node.configuration().isVoter(node.self())) {
                        rearm(now);
                    } else {
                        ask(now);
                    }
                }
            }
            case ELECTING -> {
                if (now >= roundEnds) {
                    conclude(now);
                }
            }
            case CLAIMING -> claiming.onTime(now);
            case LEADER -> {}
        }
    }

    /// E3: asks the voters above whether one of them is alive and able.
    private void ask(long now) {
        if (takingOver.isPresent()) { // it said it would, and did not (E5)
            ignored.computeIfAbsent(
                            takingOver,
                            id -> new HoldOff(2 * settings.coordinatorTimeout().toNanos(), MAX_IGNORE_NANOS))
                    .failed(now, 1, 0);
            takingOver = NodeId.NONE;
        }
        started++;
        round++;
        awaiting.clear();
        for (Peer voter : node.configuration().voters()) {
            HoldOff ignore = ignored.get(voter.id());
            boolean silent = ignore != null && !ignore.isOver(now) || node.isUnreachable(voter.id());
            if (voter.id().outranks(node.self().id()) && !silent) {
                awaiting.add(voter.member());
            }
        }
        roundEnds = now + settings.okTimeout().toNanos();
        become(Role.ELECTING);
        for (Member higher : awaiting) {
            node.send(higher.id(), new Election(node.durableTerm(), round, ElectionReason.SUSPECT));
        }
        if (awaiting.isEmpty()) {
            conclude(now);
        }
    }

    /// E4: a lower id suspects the leader.
    public void asked(Member from, Election election, long now) {
        NodeId leader = node.leader();
        Verdict verdict;
        if (role == Role.LEADER ? node.leadsWithQuorum(now) : node.hearsLeader(now)) {
            verdict = Verdict.LEADER_ALIVE;
        } else if (node.self().id().outranks(from.id()) && canLead(now) && role != Role.LEADER) {
            verdict = Verdict.TAKING_OVER;
        } else {
            verdict = Verdict.UNABLE;
        }
        NodeId named = verdict == Verdict.LEADER_ALIVE ? leader : NodeId.NONE;
        Address address = named.isPresent() ? node.addressOf(named) : Address.NONE;
        node.send(from.id(), new ElectionOk(node.durableTerm(), election.round(), verdict, named, address));
        if (verdict == Verdict.TAKING_OVER && role == Role.FOLLOWER && !awaitsHigher(now)) {
            ask(now);
        }
    }

    /// Whether a higher id said that it takes over and still has time to (E5). Asking anew would count as its failure.
    private boolean awaitsHigher(long now) {
        return takingOver.isPresent() && now < timer;
    }

    /// E5: an answer of a higher id.
    public void answered(Member from, ElectionOk answer, long now) {
        if (role != Role.ELECTING || answer.round() != round || !awaiting.remove(from)) {
            return;
        }
        switch (answer.verdict()) {
            case LEADER_ALIVE -> leaderAlive(from, answer.leader(), now);
            case TAKING_OVER -> {
                takingOver = from.id();
                timer = now + settings.coordinatorTimeout().toNanos();
                follow();
            }
            case UNABLE -> {
                if (awaiting.isEmpty()) {
                    conclude(now);
                }
            }
        }
    }

    /// E5: somebody hears a leader that this node does not.
    private void leaderAlive(Member informer, NodeId leader, long now) {
        if (leader.isPresent() && node.isUnreachable(leader)) {
            // Connections to it are refused: more likely the informer has not noticed yet. Ask again soon, then less
            // and less.
            timer = recheck.failed(now, 1, node.jitter(FIRST_RECHECK_NANOS));
        } else {
            long timeout = settings.leaderTimeout().toNanos();
            timer = now + timeout + node.jitter(timeout / 2);
        }
        follow();
        if (leader.isPresent() && !leader.equals(node.self().id())) {
            node.relayThrough(informer, leader);
        }
    }

    /// Nobody above takes over.
    private void conclude(long now) {
        if (!canLead(now)) {
            long retry = now
                    + settings.okTimeout().toNanos()
                    + node.jitter(settings.okTimeout().toNanos());
            timer = afterFailure.isOver(now) ? retry : Math.max(now, afterFailure.until());
            follow();
            return;
        }
        claiming.probe(now);
    }

    /// E13: the leader asks this node to take over; the caller has checked that it is our leader, in our term.
    public void takeOver(NodeId from, Term leaderTerm, long now) {
        claiming.takeOver(from, leaderTerm, now);
    }

    /// An answer to the claim or its probe.
    public void promised(Member from, Promise promise, long now) {
        claiming.promised(from, promise, now);
    }

    /// A page of the newest log has arrived; there is still hope.
    public void fetchProgressed(long now) {
        claiming.fetchProgressed(now);
    }

    /// The suffix asked for is appended and durable (E10).
    public void adopted(Term term, long now) {
        claiming.adopted(term, now);
    }

    /// Whether a claim for good is under way for this term; only then a fetched suffix may be appended.
    public boolean isAdopting(Term term) {
        return claiming.isAdopting(term);
    }

    private final class ClaimOutcome implements Claiming.Outcome {
        @Override
        public void claiming() {
            become(Role.CLAIMING);
        }

        @Override
        public void failed(long now) {
            BullyElection.this.failed(now);
            follow();
        }

        @Override
        public void leaderAlive(Member informer, NodeId leader, long now) {
            BullyElection.this.leaderAlive(informer, leader, now);
        }

        @Override
        public void won(Term term) {
            afterFailure.succeeded();
            recheck.succeeded();
            become(Role.LEADER);
            node.takeOffice(term);
        }
    }

    /// E6: stay away for a while, longer if able nodes stand above.
    private void failed(long now) {
        long base = settings.holdOffBase().toNanos();
        timer = afterFailure.failed(now, 1 + node.ableHigherVoters(now), node.jitter(base));
    }

    private void become(Role next) {
        if (role != next) {
            role = next;
            node.roleChanged();
        }
    }
}
