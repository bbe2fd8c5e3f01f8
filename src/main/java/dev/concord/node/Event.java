package dev.concord.node;

import dev.concord.protocol.BootId;
import dev.concord.protocol.Hello;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.LogSnapshot;
import dev.concord.protocol.Member;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.PeerMessage;
import java.util.List;

/// Everything that can happen to a node. Facts of the past: the node cannot refuse them, only react.
public sealed interface Event {
    /// A message of an authenticated peer arrived.
    ///
    /// @param boot the boot of the peer that sent it, as it said when the link was opened
    record Received(Member from, BootId boot, PeerMessage message) implements Event {}

    /// A peer asks to open a link to this node and has proved the cluster secret. Answered by exactly one
    /// [Effect.AnswerHello] in the same step (T4, T5).
    ///
    /// @param helloId names the question in the answer
    record HelloReceived(long helloId, Hello hello) implements Event {}

    /// A link that this node dialled is open: the peer accepted, and this is what it said of itself (T3).
    record LinkOpened(Hello peer) implements Event {}

    /// A peer refused the link that this node dialled.
    record LinkRefused(NodeId peer, dev.concord.protocol.Refusal reason) implements Event {}

    /// The links of one boot of a peer have ended, in both directions, none is left. Says nothing about its
    /// health.
    record LinksClosed(Member peer, BootId boot) implements Event {}

    /// Connections to this peer were reset or closed, and the one reconnect at once failed: refused,
    /// unreachable, or unanswered for `probe_timeout` (F4).
    record PeerUnreachable(NodeId peer) implements Event {}

    /// Every disk effect up to and including this ticket is durable (S2, S3).
    record Persisted(long ticket) implements Event {}

    /// The disk read of an [Effect.ReadLog] is done: entries from its index on, possibly fewer than asked
    /// for, none if they are no longer there.
    record LogRead(long readId, List<LogEntry> entries) implements Event {
        public LogRead {
            entries = List.copyOf(entries);
        }
    }

    /// Retention let the log begin behind this snapshot of it, durably (C5).
    record LogTrimmed(LogSnapshot snapshot) implements Event {}

    /// Messages of local clients, in the order they arrived.
    record Submitted(List<Submission> submissions) implements Event {
        public Submitted {
            submissions = List.copyOf(submissions);
        }
    }

    /// An operator, or a stopping leader, wants `target` to lead; [NodeId#NONE] lets the node choose (E13).
    /// Answered by exactly one [Effect.AnswerHandover], possibly in a later step.
    record HandoverRequested(long requestId, NodeId target) implements Event {}

    /// An operator wants a member out of the cluster: leave, or evict; to the cluster it is the same (M5).
    /// Answered by exactly one [Effect.AnswerRemoval], possibly in a later step.
    record RemovalRequested(long requestId, NodeId target) implements Event {}

    /// The process is stopping: take no more messages, hand leadership over if leading.
    record StopRequested() implements Event {}

    /// This node is to be stopped soon, and its work is to go elsewhere first: it hands leadership over if
    /// it leads, and
    /// says from now on that it cannot lead (E2). It goes on to store and to vote.
    record DrainRequested() implements Event {}

    /// The space that is kept free on the disk is touched, or is free again (S8).
    ///
    /// @param detail for people: how much there is, and how much there should be
    record DiskSpaceChanged(boolean isLow, String detail) implements Event {}

    /// An operator wants the cluster to use a level that all members know (V3). Answered by exactly one
    /// [Effect.AnswerRaise], possibly in a later step.
    record RaiseRequested(long requestId, int level) implements Event {}

    /// A reader wants to know how far committed history reaches, confirmed by the leader (C4, D3). Answered by
    /// exactly one [Effect.AnswerHead], possibly in a later step.
    record HeadRequested(long requestId, long deadlineNanos) implements Event {}

    /// The time named by [ChatNode#nextWakeUpNanos] has come. Harmless when early.
    record TimePassed() implements Event {}
}
