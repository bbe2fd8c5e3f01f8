package dev.concord.protocol;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Everything that one node may say to another once the handshake is done. Messages may be lost, delayed, repeated or
/// reordered between connections; each therefore carries its sender's term and means the same thing however often it
/// arrives. The sender is the authenticated peer of the link (T4). The family is sealed: a `switch` without `default`
/// makes a forgotten message a compile error.
///
/// Source: `docs/PROTOCOL.md`, section 5. Long lists travel as a header line followed by their lines, verbatim (T1).
public sealed interface PeerMessage {
    /// The sender's current term when it spoke.
    Term term();

    /// Which of the two links carries it (T2).
    default Channel channel() {
        return switch (this) {
            case SeqChat m -> Channel.BULK;
            case SeqAck m -> Channel.BULK;
            case CatchupReq m -> Channel.BULK;
            case CatchupResp m -> Channel.BULK;
            case SnapshotPart m -> Channel.BULK;
            case Chat m -> Channel.BULK;
            case ChatAck m -> Channel.BULK;
            case Presence m -> Channel.BULK; // may be large, and may get lost
            case Join m -> Channel.CONTROL;
            case JoinAck m -> Channel.CONTROL;
            case Heartbeat m -> Channel.CONTROL;
            case Election m -> Channel.CONTROL;
            case ElectionOk m -> Channel.CONTROL;
            case Claim m -> Channel.CONTROL;
            case Promise m -> Channel.CONTROL;
            case Coordinator m -> Channel.CONTROL;
            case Remove m -> Channel.CONTROL;
            case RemoveAck m -> Channel.CONTROL;
        };
    }

    /// New node to any member: take me in (M2).
    record Join(Term term, Peer self, @Nullable ClusterId clusterId) implements PeerMessage {}

    /// The answer. `members` is the answerer's configuration, so that the joiner knows whom to dial next.
    record JoinAck(
            Term term,
            JoinStatus status,
            String reason,
            @Nullable ClusterId clusterId,
            NodeId leader,
            Address leaderAddress,
            List<Peer> members)
            implements PeerMessage {
        public JoinAck {
            members = List.copyOf(members);
        }
    }

    enum JoinStatus {
        /// The joiner is in the configuration, as learner or voter.
        ACCEPTED,
        /// Not yet: a change is under way, the old store still counts, or no leader is known. Ask again.
        PENDING,
        /// Ask the leader named here.
        REDIRECT,
        /// Never under this identity; `reason` says why (a [Refusal] name).
        REJECTED
    }

    /// Any node to the leader, for an operator: take this member out of the cluster (M4, M5). Asked again until the
    /// answer is not PENDING; a member that is out already is REMOVED however often it is asked for.
    record Remove(Term term, long requestId, Member target) implements PeerMessage {}

    /// The answer. Also what a removed member is told by whoever it still talks to, unasked and with `requestId` 0.
    record RemoveAck(Term term, long requestId, Member target, RemoveStatus status) implements PeerMessage {}

    enum RemoveStatus {
        /// The removal is committed.
        REMOVED,
        /// Under way: not committed yet, another change goes first, or the leader is handing over because it is meant.
        PENDING,
        /// The receiver does not lead.
        NOT_LEADER,
        /// The leader is meant, and no other voter can take over now.
        NO_HEIR,
        /// It is the last voter.
        LAST_VOTER,
        /// The voters that would be left and are linked are no majority of those left (M2 d).
        NO_QUORUM,
        /// Nobody of this name is in the configuration.
        NOT_A_MEMBER
    }

    /// All to all, every heartbeat interval (F2). `last` is the sender's durable end of log.
    ///
    /// @param number counts the sender's heartbeats to this receiver
    /// @param echo the receiver's highest number that the sender has seen; proves both directions
    /// @param echoAgeMicros how long the sender has held that number: waiting, not travelling
    /// @param leader whom the sender follows (itself if it leads), or none
    /// @param checkIndex a committed index of the sender, and `checkHash` its hash there (R10); 0 for none
    /// @param repairTarget leader to a repairing member: the index it must reach (P2); 0 for none
    record Heartbeat(
            Term term,
            long number,
            long echo,
            long echoAgeMicros,
            Role role,
            NodeId leader,
            boolean leaderOk,
            boolean canLead,
            LogPosition last,
            long commitIndex,
            long checkIndex,
            ChainHash checkHash,
            long repairTarget)
            implements PeerMessage {}

    /// Suspecting node to each higher id: is one of you alive and able to lead? Or leader to its heir: take over (E3,
    /// E13).
    record Election(Term term, long round, ElectionReason reason) implements PeerMessage {}

    enum ElectionReason {
        /// The sender no longer hears a leader.
        SUSPECT,
        /// The sender leads and hands over.
        HANDOVER
    }

    /// The answer to ELECTION (E4).
    record ElectionOk(Term term, long round, Verdict verdict, NodeId leader, Address leaderAddress)
            implements PeerMessage {}

    enum Verdict {
        /// I can lead, I outrank you, and I am about to claim.
        TAKING_OVER,
        /// There is a leader with a quorum; it is named.
        LEADER_ALIVE,
        /// I cannot lead now.
        UNABLE
    }

    /// Claimant to all voters: promise me this term (E7 as a probe, E9 for good).
    ///
    /// @param handoverFrom the leader that asked the claimant to take over in `handoverTerm`, or none (E13)
    record Claim(Term term, Term claimTerm, boolean probe, NodeId handoverFrom, Term handoverTerm)
            implements PeerMessage {}

    /// Voter to claimant: granted and durable, and this is how far my log reaches; or refused, and why (E8).
    record Promise(
            Term term,
            Term claimTerm,
            boolean probe,
            boolean granted,
            PromiseReason reason,
            boolean intact,
            LogPosition last,
            long commitIndex,
            NodeId leader,
            long retryAfterMillis)
            implements PeerMessage {}

    enum PromiseReason {
        GRANTED,
        /// The voter hears a leader, or leads with a quorum (E8a).
        LEADER_ALIVE,
        /// The voter knows a term at least as high, or promised this one to another (E8b).
        STALE_TERM
    }

    /// Winner to all: a majority promised and I hold their newest log. Bully's victory message (E11, E15).
    record Coordinator(Term term, NodeId leader, Address leaderAddress, long termStartIndex, long lastIndex)
            implements PeerMessage {}

    /// Ingress node to leader: sequence these, in this order (X1). Requests are numbered in a stream; the leader takes
    /// them from a stream only without gap, so that the order of each client session survives pipelining (X2).
    ///
    /// @param stream identifies one uninterrupted sequence of requests of the sender; a new one starts after any
    ///     interruption, with everything that is still open
    /// @param first number of the first body in the stream, counted from 1
    /// @param afterSeq the commit seq that the sender knew before the first try of the oldest body, or -1 (X4)
    record Chat(Term term, long stream, long first, long afterSeq, List<ChatBody> bodies) implements PeerMessage {
        public Chat {
            bodies = List.copyOf(bodies);
        }
    }

    /// Leader to ingress node: what became of requests of its stream.
    record ChatAck(Term term, long stream, List<ChatResult> results) implements PeerMessage {
        public ChatAck {
            results = List.copyOf(results);
        }
    }

    /// One outcome for a run of consecutive requests: the request `first + i` has seq `seq + i` and index `index + i`.
    ///
    /// @param seq for NOT_LEADER: the newest stream of this sender that the receiver knows, or 0
    /// @param committedIn term of the entries, for COMMITTED and DUPLICATE
    /// @param durableOn who is known to hold them durably, the leader first
    record ChatResult(
            long first, int count, ChatStatus status, long seq, long index, Term committedIn, List<NodeId> durableOn) {
        public ChatResult {
            durableOn = List.copyOf(durableOn);
        }
    }

    enum ChatStatus {
        /// Appended now, and committed.
        COMMITTED,
        /// Was committed earlier under the same key (X3).
        DUPLICATE,
        /// The key is in the log with another payload (X3). Not appended.
        KEY_REUSED,
        /// Too old to tell whether it is new (X4). Not appended.
        DEDUP_EXPIRED,
        /// Too much is waiting already (X6). Not appended; the stream is interrupted here.
        BUSY,
        /// The cluster has not reached its founding size (M1). Not appended.
        FORMING,
        /// The receiver does not lead, or the request does not continue its stream. Not appended by it.
        NOT_LEADER,
        /// Appended, but the leader stepped down before it was committed (E14).
        UNKNOWN
    }

    /// Any member to every other, from level 2 on: who is connected here. For people: no rule looks at it, and the
    /// node itself never gets to see it. Sent again and again; what is not repeated is forgotten.
    ///
    /// @param connected clients of the sender, named or not
    /// @param truncated whether some of them are left out below
    record Presence(Term term, int connected, boolean truncated, List<Person> people, List<Typing> typing)
            implements PeerMessage {
        public Presence {
            people = List.copyOf(people);
            typing = List.copyOf(typing);
        }
    }

    /// Somebody who is connected.
    ///
    /// @param rooms that this person follows, `*` for all
    record Person(String name, List<String> rooms) {
        public Person {
            rooms = List.copyOf(rooms);
        }
    }

    /// Somebody who is writing just now.
    record Typing(String name, String room) {}

    /// Leader to member: put these after the entry at `prevIndex`, which must have this term and hash (R2, R3). Without
    /// entries and with `prevIndex` 0 it only tells the commit index, and is not acknowledged (R5).
    record SeqChat(
            Term term,
            NodeId leader,
            long prevIndex,
            Term prevTerm,
            ChainHash prevHash,
            long commitIndex,
            List<LogEntry> entries)
            implements PeerMessage {
        public SeqChat {
            entries = List.copyOf(entries);
        }
    }

    /// Member to leader: everything up to `matchIndex` is durable here and verified against your log; or why not (R2,
    /// R4).
    record SeqAck(
            Term term,
            boolean ok,
            long matchIndex,
            boolean intact,
            AckReason reason,
            long lastIndex,
            Term conflictTerm,
            long conflictFirstIndex)
            implements PeerMessage {}

    enum AckReason {
        NONE,
        /// Nothing at the previous index; `lastIndex` says where the log ends.
        GAP,
        /// Another entry at the previous index; its term and that term's first index are named.
        CONFLICT,
        /// The sender of SEQ_CHAT is deposed.
        STALE_TERM
    }

    /// Asks for entries from `fromIndex` on, after the entry with this term and hash (section 9).
    record CatchupReq(
            Term term,
            CatchupMode mode,
            long requestId,
            long fromIndex,
            Term prevTerm,
            ChainHash prevHash,
            int maxBytes)
            implements PeerMessage {}

    enum CatchupMode {
        /// Committed entries, from any member (C1).
        COMMITTED,
        /// The uncommitted suffix too: claimant to the holder of the newest log (E10, C3).
        CLAIM,
        /// No entries: the leader's commit index, confirmed by a majority (C4, D3).
        HEAD,
        /// A snapshot, when the entries asked for are gone (C5).
        SNAPSHOT
    }

    /// The answer to CATCHUP_REQ.
    ///
    /// @param more whether the sender could serve more after these
    /// @param firstIndex the first index the sender still holds (C5)
    record CatchupResp(
            Term term,
            CatchupMode mode,
            long requestId,
            CatchupStatus status,
            long fromIndex,
            long commitIndex,
            boolean more,
            long firstIndex,
            List<LogEntry> entries)
            implements PeerMessage {
        public CatchupResp {
            entries = List.copyOf(entries);
        }
    }

    /// A piece of the sender's snapshot, the answer to CATCHUP_REQ in mode SNAPSHOT, whose `fromIndex` is the byte to
    /// begin with (C5). From level 3 on.
    ///
    /// @param index of the snapshot, so that pieces of two are not put together
    /// @param offset of the first byte
    /// @param size of the snapshot in bytes
    /// @param data the bytes, in Base64
    record SnapshotPart(Term term, long requestId, long index, long offset, long size, String data)
            implements PeerMessage {}

    enum CatchupStatus {
        OK,
        /// The sender has another entry before `fromIndex`; ask from an earlier index.
        CONFLICT,
        /// The entries asked for were removed by retention.
        TOO_OLD,
        /// Not now: another term, another promise, too many catch-ups at once, or not the leader.
        REFUSED
    }
}
