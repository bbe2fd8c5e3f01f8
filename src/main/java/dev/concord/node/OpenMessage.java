package dev.concord.node;

import dev.concord.protocol.ChatBody;
import dev.concord.protocol.Member;
import dev.concord.protocol.PeerMessage.Chat;
import dev.concord.protocol.PeerMessage.ChatResult;
import dev.concord.protocol.PeerMessage.ChatStatus;
import dev.concord.protocol.Term;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A message at its ingress node that has no outcome yet (X1), or one whose outcome waits until this node has applied
/// it. It came from a client of this node, or from another node that cannot reach the leader (C2).
final class OpenMessage {
    /// Its place among all messages of this node, as they came.
    final long order;
    final ChatBody body;
    /// The client's request; for a relayed message its number in the stream of its origin.
    final long requestId;
    final long session;
    final long deadline;
    /// The node that it came from, null if it is this one.
    final @Nullable Member origin;
    final long originStream;
    /// An earlier try may have been appended: it can only end as committed or unknown (X1).
    boolean mayBeAppended;
    /// The latest try was refused, so at least this one was not appended.
    boolean refused;
    /// Its number in the stream to the leader, while it is sent.
    long position;
    long seq;

    @Nullable
    ChatResult committed;

    /// What was known to be committed before the first try; a retry names it (X4).
    private final long knownSeq;
    private final boolean retried;

    OpenMessage(long order, Submission submission, long commitSeq) {
        this.order = order;
        this.body = submission.body();
        this.requestId = submission.requestId();
        this.session = submission.session();
        this.deadline = submission.deadlineNanos();
        this.retried = submission.afterSeq() >= 0;
        this.knownSeq = retried ? submission.afterSeq() : commitSeq;
        this.origin = null;
        this.originStream = 0;
    }

    /// @param offset which message of the relayed frame it is
    /// @param number its number in the stream of its origin
    OpenMessage(long order, Chat chat, int offset, Member origin, long number, long deadline, long commitSeq) {
        this.order = order;
        this.body = chat.bodies().get(offset);
        this.requestId = number;
        this.session = 0;
        this.deadline = deadline;
        this.retried = chat.afterSeq() >= 0;
        this.knownSeq = retried ? chat.afterSeq() : commitSeq;
        this.origin = origin;
        this.originStream = chat.stream();
    }

    /// A first try is new, however old the sender's knowledge is.
    long afterSeq() {
        return retried || mayBeAppended ? knownSeq : -1;
    }

    /// Whether its order with this earlier one is promised: by a session of a client, or by the stream of another node.
    boolean isBehind(OpenMessage earlier) {
        boolean sameSource = earlier.origin == null
                ? origin == null && session != 0 && session == earlier.session
                : earlier.origin.equals(origin) && originStream == earlier.originStream;
        return sameSource && order > earlier.order;
    }

    /// The leader has committed it, as the message at `offset` of this run.
    void committed(ChatResult run, int offset) {
        seq = run.seq() + offset;
        committed = run;
    }

    /// What its client is told once it is committed and applied. What only a try of this node repeated is no duplicate
    /// to its client.
    SubmitResult outcome(ChatResult run) {
        return run.status() == ChatStatus.DUPLICATE && !mayBeAppended
                ? new SubmitResult.Duplicate(seq, index(run), run.committedIn())
                : new SubmitResult.Committed(seq, index(run), run.committedIn(), run.durableOn());
    }

    /// What the node that it came from is told.
    ChatResult relayedOutcome(ChatStatus status) {
        ChatResult run = committed;
        return run == null
                ? new ChatResult(requestId, 1, status, 0, 0, Term.ZERO, List.of())
                : new ChatResult(requestId, 1, status, seq, index(run), run.committedIn(), run.durableOn());
    }

    private long index(ChatResult run) {
        return run.index() + (seq - run.seq());
    }
}
