package dev.concord.node;

import dev.concord.protocol.LogEntry;
import dev.concord.protocol.LogSnapshot;
import dev.concord.protocol.Meta;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.Peer;
import dev.concord.protocol.PeerMessage;
import dev.concord.protocol.Refusal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Everything a node may order its surroundings to do. Effects are carried out in order. The disk effects
/// ([Append], [Rewind], [WriteMeta], [InstallSnapshot]) go through one FIFO queue and carry ascending tickets; their
/// completion comes back
/// as [Event.Persisted]. The node itself holds back every promise until the state it speaks of is durable (S3), so a
/// [Send] may always leave at once.
public sealed interface Effect {
    /// Send to a peer, on the link of [PeerMessage#channel]. May be lost.
    record Send(NodeId to, PeerMessage message) implements Effect {}

    /// Append to the log file, in this order, contiguous with what is there.
    record Append(long ticket, List<LogEntry> entries) implements Effect {
        public Append {
            entries = List.copyOf(entries);
        }
    }

    /// Cut all entries from this index on: lower the mark durably, truncate, fsync (section 3).
    record Rewind(long ticket, long fromIndex) implements Effect {}

    /// Replace the meta record, in both copies, durably.
    record WriteMeta(long ticket, Meta meta) implements Effect {}

    /// Put this snapshot of committed history in the place of the whole log, durably (C5).
    record InstallSnapshot(long ticket, LogSnapshot snapshot) implements Effect {}

    /// The snapshot is installed: what readers see goes on behind it.
    record SkipTo(LogSnapshot snapshot) implements Effect {}

    /// Read entries from the log file without blocking the node; answered by [Event.LogRead].
    record ReadLog(long readId, long fromIndex, int maxBytes) implements Effect {}

    /// These entries are committed and applied, in order, each exactly once per boot: show them to readers (R9, D1).
    record Deliver(List<LogEntry> entries) implements Effect {
        public Deliver {
            entries = List.copyOf(entries);
        }
    }

    /// The outcome of a submission.
    record Answer(long requestId, SubmitResult result) implements Effect {}

    /// The verdict on [Event.HelloReceived]: null accepts.
    record AnswerHello(long helloId, @Nullable Refusal refusal) implements Effect {}

    /// The outcome of [Event.HandoverRequested]: empty if leadership moved, else the reason why not, in plain words.
    record AnswerHandover(long requestId, String failure) implements Effect {}

    /// The outcome of [Event.RemovalRequested].
    record AnswerRemoval(long requestId, RemovalResult result) implements Effect {}

    /// The outcome of [Event.RaiseRequested]: empty if the cluster is at that level, else why not, in plain words.
    record AnswerRaise(long requestId, String failure) implements Effect {}

    /// The outcome of [Event.HeadRequested]: the confirmed commit index, or -1 if none was confirmed in time.
    record AnswerHead(long requestId, long commitIndex) implements Effect {}

    /// Keep links to exactly these peers (this node excluded), dialling and redialling as needed (T2, T6). A peer whose
    /// store is unknown is listed by address in `unknown`.
    record Dial(List<Peer> peers, List<SeedNode> unknown) implements Effect {
        public Dial {
            peers = List.copyOf(peers);
            unknown = List.copyOf(unknown);
        }
    }

    /// Role, term, leader or configuration changed: one log line, and news for `/topic/cluster`.
    record Announce(Announcement announcement) implements Effect {}

    /// Stop the process at once without touching any file: a rule of the protocol was found broken, or this node must
    /// not go on under its identity (I1, R3, T5, M3, M4).
    record Halt(HaltReason reason, String detail) implements Effect {}

    enum HaltReason {
        /// Two nodes disagree about something that cannot differ; files are kept for examination.
        INVARIANT_BROKEN,
        /// Another live node has this node's id (M3).
        DUPLICATE_NODE_ID,
        /// The cluster knows that this store has forgotten acknowledged state (T5).
        STATE_REGRESSION,
        /// This member was removed (M4).
        REMOVED
    }
}
