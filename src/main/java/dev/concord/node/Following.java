package dev.concord.node;

import dev.concord.election.BullyElection;
import dev.concord.protocol.ChainHash;
import dev.concord.protocol.LogPosition;
import dev.concord.protocol.Member;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.PeerMessage.AckReason;
import dev.concord.protocol.PeerMessage.CatchupMode;
import dev.concord.protocol.PeerMessage.CatchupReq;
import dev.concord.protocol.PeerMessage.CatchupResp;
import dev.concord.protocol.PeerMessage.CatchupStatus;
import dev.concord.protocol.PeerMessage.SeqAck;
import dev.concord.protocol.PeerMessage.SeqChat;
import dev.concord.protocol.PeerMessage.SnapshotPart;
import dev.concord.protocol.Role;
import dev.concord.protocol.Term;
import dev.concord.sequencing.ReplicatedLog.Verdict;
import java.util.ArrayDeque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a node does with entries of others: from the leader (R2 to R5), as a claimant from the holder of the
/// newest log (E10), and through an informer when the leader is out of reach (C1, C2).
///
/// It acknowledges only what is durable, verified in the current term, and asked for by the leader of that
/// term (R4, I14).
final class Following {
    private final NodeState state;
    private final BullyElection election;
    private final SnapshotFetch snapshots;
    private final ArrayDeque<Owed> owed = new ArrayDeque<>();

    private Term verifiedIn = Term.ZERO;
    private long verified;
    private @Nullable Adoption adoption;
    private @Nullable Relay relay;
    private long lastRequestId;

    /// A SEQ_ACK that waits for the disk.
    private record Owed(long ticket, Member leader, Term term, long match) {}

    /// A claimant's fetch of a newer log (E10).
    private static final class Adoption {
        private final Member from;
        private final Term term;
        private final LogPosition target;
        private long requestId;
        private long askedAt;
        private LogPosition askedAfter = LogPosition.ZERO;
        private ChainHash askedAfterHash = ChainHash.ZERO;

        Adoption(Member from, Term term, LogPosition target) {
            this.from = from;
            this.term = term;
            this.target = target;
        }
    }

    /// Catching up and sending through a node that hears the leader (C2).
    private static final class Relay {
        private final Member informer;
        private final NodeId leader;
        private final long until;
        private long requestId;
        private LogPosition askedAfter = LogPosition.ZERO;
        private ChainHash askedAfterHash = ChainHash.ZERO;

        Relay(Member informer, NodeId leader, long until) {
            this.informer = informer;
            this.leader = leader;
            this.until = until;
        }
    }

    Following(NodeState state, BullyElection election) {
        this.state = state;
        this.election = election;
        lastRequestId = state.boot.number(); // a page that an earlier boot asked for is not taken for one of this boot
        this.snapshots = new SnapshotFetch(state, election::role);
    }

    /// Entries of the leader of the current term; the caller has accepted it as such (E15).
    void replicated(Member leader, SeqChat message) {
        if (!verifiedIn.equals(state.term())) {
            verifiedIn = state.term();
            verified = 0;
        }
        boolean onlyTellsCommit = message.prevIndex() == 0 && message.entries().isEmpty();
        if (onlyTellsCommit) {
            state.commit(Math.min(message.commitIndex(), verified));
            return;
        }
        Verdict verdict =
                state.log.judge(message.prevIndex(), message.prevTerm(), message.prevHash(), message.entries());
        switch (verdict) {
            case Verdict.Fits fits -> {
                take(fits);
                verified = Math.max(verified, fits.verified());
                state.commit(Math.min(message.commitIndex(), verified));
                owe(leader, fits.verified());
            }
            case Verdict.Refused refused -> {
                long last = state.tail.lastIndex();
                SeqAck ack = new SeqAck(
                        state.term(),
                        false,
                        0,
                        state.isIntact(),
                        refused.reason(),
                        last,
                        refused.conflictTerm(),
                        refused.conflictFirstIndex());
                whenDurable(leader, ack);
            }
            case Verdict.Damaged damaged ->
                state.announce(
                        EventAction.ENTRIES_DAMAGED,
                        election.role(),
                        "node " + leader.id() + " sent damaged entries: " + damaged.detail());
            case Verdict.Broken broken -> state.halt(Effect.HaltReason.INVARIANT_BROKEN, broken.detail());
        }
    }

    private void take(Verdict.Fits fits) {
        if (fits.rewindFrom() > 0) {
            verified = Math.min(verified, fits.rewindFrom() - 1);
            state.rewind(fits.rewindFrom());
        }
        state.append(fits.missing(), false);
    }

    /// R4: acknowledges what the message covered, not what the log happens to hold, once it is durable.
    private void owe(Member leader, long match) {
        if (state.disk.isIdle()) {
            acknowledge(leader, match);
        } else {
            owed.addLast(new Owed(state.disk.lastTicket(), leader, state.term(), match));
        }
    }

    private void acknowledge(Member leader, long match) {
        if (match > state.disk.durableIndex()) {
            return; // cut since then: what is on the disk still counts for nobody
        }
        state.send(
                leader.id(),
                new SeqAck(
                        state.term(),
                        true,
                        match,
                        state.isIntact(),
                        AckReason.NONE,
                        state.disk.durableIndex(),
                        Term.ZERO,
                        0));
    }

    /// Sends what became durable, the newest acknowledgement for all before it. One of an older term is
    /// withheld for ever (E8, I14).
    void persisted(long ticket) {
        Owed newest = null;
        while (!owed.isEmpty() && owed.getFirst().ticket() <= ticket) {
            Owed due = owed.removeFirst();
            if (due.term().equals(state.term()) && (newest == null || due.match() >= newest.match())) {
                newest = due;
            }
        }
        if (newest != null && newest.leader().equals(state.leader())) {
            acknowledge(newest.leader(), newest.match());
        }
    }

    /// How far this log is verified against the leader of the current term.
    long verifiedInTerm() {
        return verifiedIn.equals(state.term()) ? verified : 0;
    }

    /// Says once more how far this log reaches, because it counts from now on (P3): perhaps nothing else is
    /// to be said.
    void acknowledgeAgain() {
        Member leader = state.leader();
        long match = verifiedInTerm();
        if (leader != null && !leader.equals(state.member()) && match > 0) {
            owe(leader, match); // the term, too, may have been adopted since (S3)
        }
    }

    /// Tells a deposed leader the term that deposed it, once that is durable.
    void tellStale(Member sender) {
        SeqAck ack = new SeqAck(state.term(), false, 0, state.isIntact(), AckReason.STALE_TERM, 0, Term.ZERO, 0);
        whenDurable(sender, ack);
    }

    private void whenDurable(Member to, SeqAck ack) {
        state.disk.whenDurable(state.now.nanos(), at -> {
            if (ack.term().equals(state.term())) {
                state.send(to.id(), ack);
            }
        });
    }

    /// Heartbeats tell the commit index too (R5).
    void leaderCommit(long commitIndex) {
        if (verifiedIn.equals(state.term())) {
            state.commit(Math.min(commitIndex, verified));
        }
    }

    // --- a claimant adopts the newest log (E10)

    void fetch(Member from, LogPosition target) {
        adoption = new Adoption(from, state.term(), target);
        long start = Math.min(state.tail.lastIndex(), target.index());
        ask(adoption, state.tail.hashAt(start) == null ? state.tail.commitIndex() : start);
    }

    private void ask(Adoption fetch, long after) {
        fetch.requestId = ++lastRequestId;
        fetch.askedAt = state.now.nanos();
        fetch.askedAfter = new LogPosition(state.tail.termAt(after), after);
        fetch.askedAfterHash = Optional.ofNullable(state.tail.hashAt(after)).orElse(ChainHash.ZERO);
        state.send(
                fetch.from.id(), request(CatchupMode.CLAIM, fetch.requestId, fetch.askedAfter, fetch.askedAfterHash));
    }

    private CatchupReq request(CatchupMode mode, long id, LogPosition after, ChainHash hash) {
        return new CatchupReq(
                state.durableTerm(), mode, id, after.index() + 1, after.term(), hash, state.settings.pageBytes());
    }

    private void adopted(Member from, CatchupResp response) {
        Adoption fetch = adoption;
        if (fetch == null
                || !election.isAdopting(fetch.term)
                || !fetch.from.equals(from)
                || response.requestId() != fetch.requestId
                || !response.term().equals(fetch.term)) {
            return;
        }
        if (response.status() == CatchupStatus.CONFLICT && fetch.askedAfter.index() > state.tail.commitIndex()) {
            ask(fetch, state.tail.commitIndex());
            return;
        }
        if (response.status() == CatchupStatus.TOO_OLD) {
            snapshots.begin(from, () -> fetch.equals(adoption) && election.isAdopting(fetch.term), () -> {
                ask(fetch, state.tail.commitIndex());
            });
        }
        if (response.status() != CatchupStatus.OK) {
            return; // asked again when time has passed, until the claim runs out
        }
        Verdict verdict = state.log.judge(
                fetch.askedAfter.index(), fetch.askedAfter.term(), fetch.askedAfterHash, response.entries());
        switch (verdict) {
            case Verdict.Fits fits -> {
                take(fits);
                election.fetchProgressed(state.now.nanos());
                if (fits.verified() < fetch.target.index()) {
                    ask(fetch, fits.verified());
                } else if (state.lastPosition().isAtLeast(fetch.target)) {
                    adoption = null;
                    Term term = fetch.term;
                    state.disk.whenDurable(state.now.nanos(), at -> election.adopted(term, at));
                }
            }
            case Verdict.Refused refused -> {} // the own log changed meanwhile; the claim runs out
            case Verdict.Damaged damaged ->
                state.announce(
                        EventAction.ENTRIES_DAMAGED,
                        election.role(),
                        "node " + from.id() + " sent damaged entries: " + damaged.detail());
            case Verdict.Broken broken -> state.halt(Effect.HaltReason.INVARIANT_BROKEN, broken.detail());
        }
    }

    // --- relay (C2)

    /// There is a leader that this node cannot reach, and somebody who hears it.
    void relayThrough(Member informer, NodeId leader) {
        long until = state.now.nanos() + 2 * state.settings.leaderTimeout().toNanos();
        relay = new Relay(informer, leader, until);
        askInformer(relay);
    }

    /// Through whom client messages go while the leader is out of reach, or null.
    @Nullable
    Member informer() {
        Relay current = relay;
        if (current == null || state.hearsLeader() || election.role() == Role.LEADER) {
            return null;
        }
        return state.now.nanos() < current.until ? current.informer : null;
    }

    private void askInformer(Relay current) {
        long after = state.tail.commitIndex();
        current.requestId = ++lastRequestId;
        current.askedAfter = new LogPosition(state.tail.termAt(after), after);
        current.askedAfterHash = Optional.ofNullable(state.tail.hashAt(after)).orElse(ChainHash.ZERO);
        state.send(
                current.informer.id(),
                request(CatchupMode.COMMITTED, current.requestId, current.askedAfter, current.askedAfterHash));
    }

    /// C1: committed entries from a member that is not the leader. The sender's term is adopted before they are
    /// appended, or a stale leader could cut them again (trap 16). They are never acknowledged.
    private void relayed(Member from, CatchupResp response) {
        Relay current = relay;
        if (current == null
                || isBusy()
                || !current.informer.equals(from)
                || response.requestId() != current.requestId) {
            return;
        }
        if (response.status() == CatchupStatus.TOO_OLD) {
            snapshots.begin(from, () -> current.equals(relay) && !isBusy(), () -> askInformer(current));
        }
        if (response.status() != CatchupStatus.OK) {
            return;
        }
        if (response.term().isAfter(state.term())) {
            Member leader = state.configuration()
                    .peer(current.leader)
                    .map(p -> p.member())
                    .orElse(null);
            state.changeMeta(state.meta().withTerm(response.term(), leader));
        } else if (response.term().isBefore(state.term())) {
            return;
        }
        Verdict verdict = state.log.judge(
                current.askedAfter.index(), current.askedAfter.term(), current.askedAfterHash, response.entries());
        switch (verdict) {
            case Verdict.Fits fits -> {
                take(fits);
                state.commit(Math.min(response.commitIndex(), fits.verified()));
                if (response.more() && !response.entries().isEmpty()) {
                    askInformer(current);
                }
            }
            case Verdict.Refused refused -> {} // the own log changed meanwhile; asked again with the next heartbeat
            case Verdict.Damaged damaged ->
                state.announce(
                        EventAction.ENTRIES_DAMAGED,
                        election.role(),
                        "node " + from.id() + " sent damaged entries: " + damaged.detail());
            case Verdict.Broken broken -> state.halt(Effect.HaltReason.INVARIANT_BROKEN, broken.detail());
        }
    }

    /// Whether this node decides itself what comes into its log.
    private boolean isBusy() {
        return election.role() == Role.LEADER || election.role() == Role.CLAIMING;
    }

    // --- what is needed next was removed elsewhere (C5)

    /// The leader's log begins behind what this node needs. Once the snapshot is durable here, the leader is told how
    /// far this log reaches now, as with any gap.
    private void tooOld(Member from, CatchupResp notice) {
        boolean led = from.equals(state.leader()) && notice.term().equals(state.term());
        if (!led || isBusy()) {
            return;
        }
        if (notice.firstIndex() <= state.tail.commitIndex() + 1) { // the leader knows nothing yet of this boot
            sayWhatIsCommitted();
            return;
        }
        Term term = state.term();
        snapshots.begin(
                from,
                () -> from.equals(state.leader()) && term.equals(state.term()) && !isBusy(),
                this::sayWhatIsCommitted);
    }

    /// Where the leader is to go on: what is committed here is in its log too, whatever else it has.
    private void sayWhatIsCommitted() {
        Member leader = state.leader();
        if (leader != null) {
            long last = state.tail.commitIndex();
            whenDurable(
                    leader, new SeqAck(state.term(), false, 0, state.isIntact(), AckReason.GAP, last, Term.ZERO, 0));
        }
    }

    /// A piece of a snapshot.
    void received(Member from, SnapshotPart part) {
        if (snapshots.received(from, part) && adoption != null) {
            election.fetchProgressed(state.now.nanos());
        }
    }

    void caughtUp(Member from, CatchupResp response) {
        if (response.mode() == CatchupMode.SNAPSHOT) {
            tooOld(from, response);
        } else if (response.mode() == CatchupMode.CLAIM) {
            adopted(from, response);
        } else {
            relayed(from, response);
        }
    }

    /// Once per heartbeat: repeats what was not answered.
    void onHeartbeat() {
        snapshots.onHeartbeat();
        Relay current = relay;
        if (current != null && informer() != null) {
            askInformer(current);
        }
        Adoption fetch = adoption;
        if (fetch != null) {
            boolean late = state.now.nanos() - fetch.askedAt
                    >= state.settings.ackTimeout().toNanos();
            if (!election.isAdopting(fetch.term)) {
                adoption = null;
            } else if (late) {
                ask(fetch, Math.min(fetch.askedAfter.index(), state.tail.lastIndex()));
            }
        }
    }

    /// A leader is heard again.
    void leaderHeard() {
        relay = null;
    }
}
