package dev.concord.node;

import dev.concord.detection.HeartbeatFailureDetector;
import dev.concord.membership.Membership;
import dev.concord.protocol.Address;
import dev.concord.protocol.BootId;
import dev.concord.protocol.Configuration;
import dev.concord.protocol.Levels;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.LogPosition;
import dev.concord.protocol.LogSnapshot;
import dev.concord.protocol.Member;
import dev.concord.protocol.Meta;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.Outbound;
import dev.concord.protocol.Peer;
import dev.concord.protocol.PeerMessage;
import dev.concord.protocol.ProtocolSettings;
import dev.concord.protocol.Term;
import dev.concord.sequencing.DedupIndex;
import dev.concord.sequencing.LogTail;
import dev.concord.sequencing.RefusedStreams;
import dev.concord.sequencing.ReplicatedLog;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// What the parts of one node share: its durable state as adopted, its log, what it believes of the others,
/// and the effects of the step under way. The log is changed only through here, so that memory, disk and
/// membership stay one.
final class NodeState implements Outbound {
    final Peer self;
    final BootId boot;
    final ProtocolSettings settings;
    final Levels levels;
    final List<Effect> effects = new ArrayList<>();
    final ReplicatedLog log;
    final LogTail tail;
    final Membership membership;
    final HeartbeatFailureDetector detector;
    final DiskQueue disk;
    final RefusedStreams refusedStreams = new RefusedStreams();

    Now now;
    RandomGenerator random = new java.util.SplittableRandom(0);
    private Meta meta;
    private @Nullable Member leader;
    private long leaderHeardAt;
    private boolean leaderLost;
    private Term highestTermSeen;
    private boolean configurationChanged = true;
    private boolean configurationCommitted = true;
    private @Nullable LogSnapshot installing;
    private boolean stopping;
    private boolean draining;
    private boolean diskLow;
    private boolean halted;
    private boolean membersStale = true;
    private List<Member> voters = List.of();
    private List<Member> others = List.of();

    NodeState(Peer self, BootId boot, ProtocolSettings settings, Levels levels, Recovery recovery, Now now) {
        this.self = self;
        this.boot = boot;
        this.settings = settings;
        this.levels = levels;
        this.now = now;
        this.meta = recovery.meta();
        this.highestTermSeen = meta.currentTerm();
        LogSnapshot base = recovery.base();
        tail = new LogTail(
                base.position(),
                base.hash(),
                base.seq(),
                base.atMillis(),
                base.termStarts(),
                base.recentLeaders(),
                settings.tailBytes());
        membership = new Membership(base.position().index(), base.configuration());
        DedupIndex keys = new DedupIndex(configuration().dedupWindow(), boot.seed());
        keys.reserve(recovery.keys().count());
        recovery.keys().forEach(keys::recalled);
        keys.committed(base.seq());
        log = new ReplicatedLog(tail, keys);
        for (LogEntry entry : recovery.entries()) {
            log.append(entry);
            changed(membership.appended(entry));
            if (entry.index() <= recovery.commitIndex()) {
                log.commit(entry.index());
                membership.committed(entry.index());
            }
        }
        tail.startsBehind(recovery.start());
        detector = new HeartbeatFailureDetector(settings.fdTimeout().toNanos(), boot.number());
        disk = new DiskQueue(effects, tail.lastPosition(), meta);
    }

    // --- the node itself

    Member member() {
        return self.member();
    }

    Meta meta() {
        return meta;
    }

    Term term() {
        return meta.currentTerm();
    }

    /// The term that a message may name (S3).
    Term durableTerm() {
        return disk.durableMeta().currentTerm();
    }

    boolean isInitialised() {
        return meta.clusterId() != null;
    }

    Configuration configuration() {
        return membership.current();
    }

    /// Whether the configuration knows this node, as a member or as one that was removed. If not, the log ends before
    /// this node was taken in, perhaps in the time of another cluster (M1): whom it names may be elsewhere.
    boolean isListed() {
        return configuration().contains(member()) || configuration().removed().contains(member());
    }

    boolean isVoter() {
        return configuration().isVoter(member());
    }

    /// Whether what this node has acknowledged is all here. While that is not durably so, it does not count
    /// (P1, S3).
    boolean isIntact() {
        return !meta.repairing() && !disk.durableMeta().repairing();
    }

    void changeMeta(Meta next) {
        if (next.currentTerm().isBefore(meta.currentTerm())) {
            throw new IllegalStateException("term " + next.currentTerm() + " after " + meta.currentTerm() + " (I2)");
        }
        boolean newTerm = next.currentTerm().isAfter(meta.currentTerm());
        meta = next;
        sawTerm(next.currentTerm());
        if (newTerm) {
            leader = null;
        }
        disk.writeMeta(next, now.nanos());
    }

    void sawTerm(Term term) {
        highestTermSeen = Term.max(highestTermSeen, term);
    }

    Term highestTermSeen() {
        return highestTermSeen;
    }

    boolean isStopping() {
        return stopping;
    }

    void stopping() {
        stopping = true;
    }

    boolean isDraining() {
        return draining;
    }

    void draining() {
        draining = true;
    }

    /// Whether so little is free on the disk that only what is needed to go on following is written (S8).
    boolean isDiskLow() {
        return diskLow;
    }

    void diskLow(boolean isLow) {
        diskLow = isLow;
    }

    // --- the leader of the term

    /// The leader of the current term as far as known, heard or not.
    @Nullable
    Member leader() {
        return leader;
    }

    NodeId leaderId() {
        return leader == null ? NodeId.NONE : leader.id();
    }

    void leads(Member member) {
        leader = member;
        leaderHeardAt = now.nanos();
        leaderLost = false;
    }

    void forgetLeader() {
        leader = null;
    }

    /// F4: connections to the leader were refused.
    void leaderLost() {
        leaderLost = true;
    }

    /// `leader_ok` of F3. A leader does not hear itself.
    boolean hearsLeader() {
        return leader != null
                && !leader.equals(member())
                && !leaderLost
                && now.nanos() - leaderHeardAt < settings.leaderTimeout().toNanos();
    }

    /// `quorum_ok` of F3.
    boolean reachesQuorum() {
        listMembers();
        return !voters.isEmpty()
                && detector.reachable(voters, member(), now.nanos())
                        >= configuration().majority();
    }

    /// All members but this one, voters first.
    List<Member> others() {
        listMembers();
        return others;
    }

    /// Both lists are asked for in every step, so they are not made anew each time.
    private void listMembers() {
        if (membersStale) {
            membersStale = false;
            voters = configuration().voters().stream().map(Peer::member).toList();
            others = configuration()
                    .peers()
                    .map(Peer::member)
                    .filter(m -> !m.equals(member()))
                    .toList();
        }
    }

    boolean linkUp(Member peer) {
        return peer.equals(member()) || detector.linkUp(peer, now.nanos());
    }

    Address addressOf(NodeId node) {
        return node.equals(self.id())
                ? self.address()
                : configuration().peer(node).map(Peer::address).orElse(Address.NONE);
    }

    // --- the log

    /// Takes entries into log, membership and disk; they are already in the log if `inLog`.
    void append(List<LogEntry> entries, boolean inLog) {
        if (entries.isEmpty()) {
            return;
        }
        for (LogEntry entry : entries) {
            prepareFor(entry);
            if (!inLog) {
                log.append(entry);
            }
            changed(membership.appended(entry));
        }
        disk.append(entries, now.nanos());
    }

    /// V4: the directory says what is in it before it is.
    private void prepareFor(LogEntry entry) {
        if (entry.kind() == LogEntry.Kind.CONFIG && entry.configuration().level() > meta.level()) {
            changeMeta(meta.withLevel(entry.configuration().level()));
        }
    }

    void rewind(long fromIndex) {
        log.rewind(fromIndex);
        changed(membership.rewound(fromIndex));
        disk.rewind(fromIndex, tail.lastPosition(), now.nanos());
    }

    /// C5: puts a snapshot of committed history in the place of this log, unless it holds that history already.
    /// Nothing is committed or shown to readers before that is durable.
    ///
    /// An entry at the snapshot's index that is another one was never committed, nor was any after it: they are cut
    /// first, so that a crash leaves the old log or the new one.
    ///
    /// @return whether the log was replaced
    boolean install(LogSnapshot snapshot) {
        if (snapshot.hash().equals(tail.hashAt(snapshot.index()))) {
            commit(snapshot.index()); // or the leader would be told of an end that it has removed, for ever
            return false; // while another one is on its way to the disk, too: what follows it may be acknowledged
        }
        if (snapshot.index() <= tail.commitIndex()) {
            return false;
        }
        if (snapshot.configuration().level() > meta.level()) { // V4
            changeMeta(meta.withLevel(snapshot.configuration().level()));
        }
        long committed = tail.commitIndex();
        LogPosition kept = new LogPosition(tail.termAt(committed), committed);
        if (tail.lastIndex() >= snapshot.index()) {
            rewind(snapshot.index());
        }
        log.restartBehind(snapshot, new DedupIndex(snapshot.configuration().dedupWindow(), boot.seed()));
        membership.restartAt(snapshot.index(), snapshot.configuration());
        changed(true);
        disk.install(snapshot, kept, now.nanos());
        installing = snapshot;
        disk.whenDurable(now.nanos(), at -> installed(snapshot));
        return true;
    }

    private void installed(LogSnapshot snapshot) {
        if (snapshot.equals(installing)) {
            installing = null;
        }
        configurationCommitted = true;
        effects.add(new Effect.SkipTo(snapshot));
    }

    /// Retention removed what this snapshot stands for. What the deduplication window needs must stay (X4).
    void trimmed(LogSnapshot snapshot) {
        if (snapshot.index() < tail.start().index()) {
            return; // a newer one was installed meanwhile
        }
        if (snapshot.seq() > removableSeq()) {
            throw new IllegalStateException("the log begins behind message " + snapshot.seq()
                    + ", and its keys are recognised up to " + removableSeq() + " only (X4)");
        }
        tail.startsBehind(snapshot);
    }

    /// Up to this message nobody needs its key any more, whatever becomes of what is not committed (X4).
    long removableSeq() {
        return tail.commitSeq()
                - Math.max(configuration().dedupWindow(), membership.committed().dedupWindow());
    }

    /// Everything that hangs on the configuration hangs on the one in this node's own log: who counts, and
    /// how far back a key is recognised (X4).
    private void changed(boolean configuration) {
        if (configuration) {
            configurationChanged = true;
            membersStale = true;
            log.keys().window(configuration().dedupWindow());
        }
    }

    void checkInvariants() {
        if (log.keys().window() != configuration().dedupWindow()) {
            throw new IllegalStateException(
                    "keys are recognised for " + log.keys().window() + " messages, the configuration says "
                            + configuration().dedupWindow() + " (X4)");
        }
    }

    /// Commits up to an index, which must be in the log; delivers what is new (R9).
    void commit(long index) {
        if (index > tail.commitIndex() && installing == null) {
            List<LogEntry> committed = log.commit(index);
            configurationCommitted |= membership.committed(index);
            effects.add(new Effect.Deliver(committed));
        }
    }

    LogPosition lastPosition() {
        return tail.lastPosition();
    }

    boolean takeConfigurationChanged() {
        boolean changed = configurationChanged;
        configurationChanged = false;
        return changed;
    }

    boolean takeConfigurationCommitted() {
        boolean committed = configurationCommitted;
        configurationCommitted = false;
        return committed;
    }

    // --- effects

    @Override
    public void send(NodeId to, PeerMessage message) {
        effects.add(new Effect.Send(to, message));
    }

    void halt(Effect.HaltReason reason, String detail) {
        halted = true;
        effects.add(new Effect.Halt(reason, detail));
    }

    boolean isHalted() {
        return halted;
    }

    void announce(EventAction action, dev.concord.protocol.Role role, String detail) {
        effects.add(new Effect.Announce(new Announcement(action, term(), role, leaderId(), tail.lastIndex(), detail)));
    }

    long jitter(long bound) {
        return bound <= 0 ? 0 : random.nextLong(bound);
    }
}
