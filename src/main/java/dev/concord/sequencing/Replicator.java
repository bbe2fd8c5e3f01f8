package dev.concord.sequencing;

import dev.concord.protocol.ChainHash;
import dev.concord.protocol.Configuration;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.Member;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.Outbound;
import dev.concord.protocol.Peer;
import dev.concord.protocol.PeerMessage.AckReason;
import dev.concord.protocol.PeerMessage.CatchupMode;
import dev.concord.protocol.PeerMessage.CatchupResp;
import dev.concord.protocol.PeerMessage.CatchupStatus;
import dev.concord.protocol.PeerMessage.SeqAck;
import dev.concord.protocol.PeerMessage.SeqChat;
import dev.concord.protocol.ProtocolSettings;
import dev.concord.protocol.Quorum;
import dev.concord.protocol.Term;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The leader's view of how far each member has followed, and what to send next (R6 to R8).
///
/// A member is *probed* with one message at a time until it confirms where it stands; then messages are
/// pipelined within a window. `match` is what the member has durably confirmed against this leader's log in
/// this term, and nothing else counts for commit. Volatile; begins anew with each leadership.
///
/// A member that comes back far behind is fed from the disk at a [CatchupPace], so that the others hardly notice; at
/// once, if it is needed for a majority, or its clients wait for it.
public final class Replicator {
    private static final long NEVER = Long.MIN_VALUE;
    private static final long NOT_PAUSED = Long.MAX_VALUE;

    /// Asks for entries that are no longer in memory; answered by [#readDone].
    @FunctionalInterface
    public interface LogSource {
        void read(Member forMember, long fromIndex, int maxBytes);
    }

    private final Member self;
    private final LogTail log;
    private final ProtocolSettings settings;
    private final Outbound outbound;
    private final LogSource source;
    private final TreeMap<Member, Progress> followers = new TreeMap<>();
    private Term term = Term.ZERO;
    private Configuration configuration = Configuration.EMPTY;

    private record Sent(long firstIndex, long lastIndex, int bytes) {}

    private static final class Progress {
        private final Member member;
        private final CatchupPace pace;
        private final ArrayDeque<Sent> inFlight = new ArrayDeque<>();
        private int inFlightBytes;
        private long match;
        private long next;
        private int window;
        private boolean probing = true;
        private boolean intact = true;
        private long repairTarget;
        private boolean reading;
        private long readFrom;
        private long sentCommit = -1;
        private long lastSentAt;
        private long lastAckAt = NEVER;
        private long toldTooOldAt = NEVER;
        /// When it was last fed from memory, and not lost in between.
        private long levelAt = NEVER;

        /// When it last passed messages of its clients on.
        private long passedOnAt = NEVER;

        private long pausedUntil = NOT_PAUSED;

        Progress(Member member, long next, ProtocolSettings settings) {
            this.member = member;
            this.next = next;
            this.window = settings.windowMessages();
            this.pace = new CatchupPace(settings.catchupRate());
        }

        /// Whether everything from this index on is under way, and nothing of it is answered yet.
        boolean isProbingFrom(long index) {
            long from = inFlight.isEmpty() ? next : inFlight.getFirst().firstIndex();
            return probing && (reading || !inFlight.isEmpty()) && index >= from;
        }

        void restartAt(long index) {
            next = index;
            inFlight.clear();
            inFlightBytes = 0;
            probing = true;
            reading = false;
        }
    }

    public Replicator(Member self, LogTail log, ProtocolSettings settings, Outbound outbound, LogSource source) {
        this.self = self;
        this.log = log;
        this.settings = settings;
        this.outbound = outbound;
        this.source = source;
    }

    /// Begins to lead a term; everybody is probed from the commit index on. Who was level with the leader before may be
    /// somewhat behind this one, and is not held up for that.
    public void lead(Term newTerm, Configuration current, long now) {
        term = newTerm;
        followers.clear();
        configure(current);
        followers.values().forEach(follower -> follower.levelAt = now);
    }

    /// The leadership is over: nothing more is sent.
    public void rest() {
        followers.clear();
    }

    /// Follows a change of the configuration.
    public void configure(Configuration current) {
        configuration = current;
        List<Member> members =
                current.peers().map(Peer::member).filter(m -> !m.equals(self)).toList();
        followers.keySet().retainAll(members);
        for (Member member : members) {
            followers.computeIfAbsent(member, m -> new Progress(m, log.commitIndex() + 1, settings));
        }
    }

    /// Sends whatever may be sent now.
    public void pump(long now) {
        for (Progress follower : followers.values()) {
            pump(follower, now);
        }
    }

    private void pump(Progress follower, long now) {
        follower.pausedUntil = NOT_PAUSED;
        if (isFedFromMemory(follower)) {
            follower.levelAt = now;
            follower.pace.reset();
        }
        int window = follower.probing ? 1 : follower.window;
        while (!follower.reading
                && follower.inFlight.size() < window
                && follower.inFlightBytes < settings.windowBytes()) {
            if (!follower.probing && follower.next > log.lastIndex()) {
                if (follower.sentCommit < log.commitIndex()) {
                    tellCommit(follower);
                }
                return;
            }
            if (follower.next < log.firstInMemory()) {
                if (follower.next < log.start().firstIndex()) {
                    tellTooOld(follower, now);
                    return;
                }
                if (isPaced(follower, now)) {
                    long nextAt = follower.pace.nextAt(now, follower.match, log.lastIndex());
                    if (nextAt > now) {
                        follower.pausedUntil = nextAt;
                        return;
                    }
                }
                follower.reading = true;
                follower.readFrom = readFrom(follower);
                source.read(follower.member, follower.readFrom, settings.pageBytes());
                return;
            }
            long previous = follower.next - 1;
            ChainHash hash = Objects.requireNonNull(log.hashAt(previous));
            send(follower, previous, hash, log.page(follower.next, log.lastIndex(), settings.pageBytes()), now);
        }
    }

    /// Who died while it was level is not, once it has left something unanswered for `ack_timeout`: it is probed then.
    private boolean isFedFromMemory(Progress follower) {
        return !follower.probing && follower.next >= log.firstInMemory();
    }

    /// Not for who fell behind a moment ago: another disk holds what is new soon then, as before. Nor for whose clients
    /// wait: it answers them when it has applied what they sent (X1).
    private boolean isPaced(Progress follower, long now) {
        boolean lately = follower.levelAt != NEVER && now - follower.levelAt < CatchupPace.PERIOD_NANOS;
        boolean awaited = follower.passedOnAt != NEVER
                && now - follower.passedOnAt < settings.submitTimeout().toNanos();
        return !lately && !awaited && !isNeeded(follower.member);
    }

    /// A member has passed messages of its clients on: these wait for what it lacks.
    public void passedOn(Member from, long now) {
        Progress follower = followers.get(from);
        if (follower != null) {
            follower.passedOnAt = now;
        }
    }

    /// Whether too few other voters are there to commit what is new.
    private boolean isNeeded(Member member) {
        int others = 0;
        for (Peer voter : configuration.voters()) { // for each page: no stream
            Progress other = followers.get(voter.member());
            boolean counts = voter.member().equals(self) || other != null && other.intact && isFedFromMemory(other);
            others += counts && !voter.member().equals(member) ? 1 : 0;
        }
        return configuration.isVoter(member) && others < configuration.majority();
    }

    /// When a member that is fed at a pace may be sent more; `Long.MAX_VALUE` if none waits for that.
    public long nextWakeUp() {
        long next = NOT_PAUSED;
        for (Progress follower : followers.values()) {
            next = Math.min(next, follower.pausedUntil);
        }
        return next;
    }

    /// The entry before the next one is read too, for its hash; of the one that the log begins behind it is known.
    private long readFrom(Progress follower) {
        return Math.max(log.start().firstIndex(), follower.next - 1);
    }

    /// C5: what this member needs next was removed here. It asks for a snapshot then, and says when it has it.
    private void tellTooOld(Progress follower, long now) {
        if (follower.toldTooOldAt != NEVER
                && now - follower.toldTooOldAt < settings.ackTimeout().toNanos()) {
            return;
        }
        follower.toldTooOldAt = now;
        outbound.send(
                follower.member.id(),
                new CatchupResp(
                        term,
                        CatchupMode.SNAPSHOT,
                        0,
                        CatchupStatus.TOO_OLD,
                        follower.next,
                        log.commitIndex(),
                        false,
                        log.start().firstIndex(),
                        List.of()));
    }

    private void send(Progress follower, long previous, ChainHash hash, List<LogEntry> entries, long now) {
        int bytes = 0;
        for (LogEntry entry : entries) { // once for each entry and follower: no stream
            bytes += entry.sizeInBytes();
        }
        follower.next = previous + 1 + entries.size();
        follower.sentCommit = log.commitIndex();
        follower.lastSentAt = now;
        follower.inFlight.addLast(new Sent(previous + 1, follower.next - 1, bytes));
        follower.inFlightBytes += bytes;
        outbound.send(
                follower.member.id(),
                new SeqChat(term, self.id(), previous, log.termAt(previous), hash, log.commitIndex(), entries));
    }

    /// Tells a member that has everything how far the log is committed. It says nothing about the member's
    /// position, so it names the start of the log as the entry before, and is not acknowledged (R5).
    private void tellCommit(Progress follower) {
        follower.sentCommit = log.commitIndex();
        outbound.send(
                follower.member.id(),
                new SeqChat(term, self.id(), 0, Term.ZERO, ChainHash.ZERO, log.commitIndex(), List.of()));
    }

    /// Entries read from the disk; the first one is the entry before the next one to send, unless the log
    /// starts there.
    public void readDone(Member member, List<LogEntry> entries, long now) {
        Progress follower = followers.get(member);
        if (follower == null || !follower.reading) {
            return;
        }
        follower.reading = false;
        boolean stale = entries.isEmpty()
                || entries.getFirst().index() != follower.readFrom
                || follower.readFrom != readFrom(follower);
        if (stale) {
            return; // the member moved on meanwhile; the next pump asks again if need be
        }
        long previous = follower.next - 1;
        boolean fromStart = previous < follower.readFrom;
        ChainHash hash = fromStart ? log.start().hash() : entries.getFirst().hash();
        List<LogEntry> page = fromStart ? entries : entries.subList(1, entries.size());
        if (!page.isEmpty() || follower.probing) {
            send(follower, previous, hash, page, now);
            follower.pace.took(follower.inFlight.getLast().bytes(), now);
        }
        pump(follower, now);
    }

    /// Takes in an acknowledgement of this term.
    public void acked(Member from, SeqAck ack, long now) {
        Progress follower = followers.get(from);
        if (follower == null) {
            return;
        }
        noteIntact(follower, ack);
        if (ack.ok()) {
            follower.lastAckAt = now;
            matched(follower, Math.min(ack.matchIndex(), log.lastIndex()));
        } else {
            refused(follower, ack);
        }
        pump(follower, now);
    }

    /// P2: a member in repair must reach the end of the log as it was at the first contact with this boot of
    /// it. The start of the term is not enough: an earlier boot may have acknowledged entries of this term
    /// (trap 13). That it is intact again is believed of somebody who has reached that only: an earlier boot
    /// may have said so too.
    private void noteIntact(Progress follower, SeqAck ack) {
        if (!ack.intact()) {
            follower.intact = false;
            follower.repairTarget = follower.repairTarget == 0 ? log.lastIndex() : follower.repairTarget;
        } else if (ack.ok() && ack.matchIndex() >= follower.repairTarget) {
            follower.intact = true;
            follower.repairTarget = 0;
        }
    }

    private void matched(Progress follower, long match) {
        boolean shorter = !follower.intact && match < follower.match;
        if (match > follower.match) {
            follower.window = Math.min(follower.window + 1, settings.windowMessages());
        }
        follower.match = shorter ? match : Math.max(follower.match, match);
        while (!follower.inFlight.isEmpty() && follower.inFlight.getFirst().lastIndex() <= follower.match) {
            follower.inFlightBytes -= follower.inFlight.removeFirst().bytes();
        }
        boolean over = follower.inFlight.isEmpty();
        boolean resumes = shorter && over; // what an earlier boot had confirmed was not all kept
        if (follower.probing && over || resumes) {
            follower.restartAt(follower.match + 1);
            follower.probing = false;
        } else if (follower.probing && follower.inFlight.getFirst().firstIndex() <= follower.match + 1) {
            follower.probing = false; // it stands where the probe begins
        }
    }

    /// Behind a gap each message is refused, up to a whole window of them. The first refusal makes sending begin
    /// anew at the gap, with one message, and one more for each that is confirmed. The others ask for what is under
    /// way, or come from before something was confirmed. If that message is lost, it goes out again in time (R8).
    private void refused(Progress follower, SeqAck ack) {
        if (!follower.intact) {
            follower.match = 0; // an earlier boot may have confirmed what this one has lost
        }
        long next = ack.reason() == AckReason.GAP
                ? ack.lastIndex() + 1
                : Math.min(ack.conflictFirstIndex(), log.lastIndexUpToTerm(ack.conflictTerm()) + 1);
        next = Math.max(follower.match + 1, Math.min(next, log.lastIndex() + 1));
        boolean late = ack.reason() == AckReason.GAP && ack.lastIndex() < follower.match;
        if (!late && !follower.isProbingFrom(next)) {
            follower.window = follower.probing ? follower.window : 1; // who is probed has lost nothing
            follower.restartAt(next);
        }
    }

    /// Sends again what was not acknowledged in time (R8).
    public void onTime(long now) {
        long timeout = settings.ackTimeout().toNanos();
        for (Progress follower : followers.values()) {
            if (!follower.inFlight.isEmpty() && now - Math.max(follower.lastSentAt, follower.lastAckAt) >= timeout) {
                follower.restartAt(
                        follower.match > 0
                                ? follower.match + 1
                                : follower.inFlight.getFirst().firstIndex());
            }
        }
        pump(now);
    }

    /// The link to a member is new: what was under way may be lost. A new boot has to confirm everything
    /// again (R7).
    public void reconnected(Member member, boolean newBoot, long now) {
        Progress follower = followers.get(member);
        if (follower != null) {
            follower.pace.reset();
            if (newBoot) {
                follower.levelAt = NEVER;
                follower.passedOnAt = NEVER;
                follower.match = 0;
                follower.intact = true;
                follower.repairTarget = 0;
                follower.restartAt(Math.max(1, Math.min(follower.next, log.commitIndex() + 1)));
            } else if (follower.match > 0) {
                follower.restartAt(follower.match + 1);
                follower.probing = false; // it has confirmed that much in this term and this boot
            } else {
                follower.restartAt(Math.min(follower.next, log.commitIndex() + 1));
            }
            follower.sentCommit = -1;
            pump(follower, now);
        }
    }

    /// What a member has confirmed in this term, 0 for strangers.
    public long match(Member member) {
        Progress follower = followers.get(member);
        return follower == null ? 0 : follower.match;
    }

    /// Up to where a member in repair must get (P2); 0 for all others.
    public long repairTarget(Member member) {
        Progress follower = followers.get(member);
        return follower == null ? 0 : follower.repairTarget;
    }

    /// When a member last acknowledged anything, or null.
    public @Nullable Long lastAckAt(Member member) {
        Progress follower = followers.get(member);
        return follower == null || follower.lastAckAt == NEVER ? null : follower.lastAckAt;
    }

    /// The highest index that this leader may commit now: an entry of its own term (R6) that a majority of
    /// the voters holds durably. Members in repair and learners are not counted (R7).
    public long committable(Configuration configuration, long ownDurableIndex) {
        long[] matches = new long[configuration.voters().size()];
        int i = 0;
        for (Peer voter : configuration.voters()) {
            Progress follower = followers.get(voter.member());
            if (voter.member().equals(self)) {
                matches[i] = ownDurableIndex;
            } else if (follower != null && follower.intact) {
                matches[i] = follower.match;
            }
            i++;
        }
        long reached = Quorum.reachedByMajority(matches);
        boolean ofThisTerm = reached > log.commitIndex() && log.termAt(reached).equals(term);
        return ofThisTerm ? reached : log.commitIndex();
    }

    /// Who is known to hold the entry at `index`, this leader first if it does.
    public List<NodeId> holders(long index, long ownDurableIndex) {
        List<NodeId> holders = new ArrayList<>();
        if (ownDurableIndex >= index) {
            holders.add(self.id());
        }
        for (Progress follower : followers.values()) {
            if (follower.match >= index && follower.intact) {
                holders.add(follower.member.id());
            }
        }
        return List.copyOf(holders);
    }

    /// Checks the limits on what is under way (R8, I17).
    public void checkInvariants() {
        for (Progress follower : followers.values()) {
            if (follower.inFlight.size() > settings.windowMessages()
                    || follower.inFlightBytes
                            > settings.windowBytes() + settings.pageBytes() + LogEntry.MAX_LINE_BYTES) {
                throw new IllegalStateException("the window to " + follower.member + " is too large (I17)");
            }
        }
    }
}
