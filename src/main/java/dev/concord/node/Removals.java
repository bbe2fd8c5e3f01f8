package dev.concord.node;

import dev.concord.protocol.Configuration;
import dev.concord.protocol.Member;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.Peer;
import dev.concord.protocol.PeerMessage.Remove;
import dev.concord.protocol.PeerMessage.RemoveAck;
import dev.concord.protocol.PeerMessage.RemoveStatus;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// Members that go (M4, M5), from all sides: the operator's order at any node, which asks the leader until it is
/// done; the leader's answer; and the end of a node that learns that it was removed.
///
/// A removal counts only once it is committed: until then it may be rewound, and nobody is turned away for it
/// (trap 28).
final class Removals {
    /// Orders under way at this node at most.
    static final int MAX_OPEN = 16;
    /// How long an order is pursued before the operator is told that it is not done yet.
    static final long PATIENCE_NANOS = 10_000_000_000L;
    /// How long a removed node lives on, to answer whoever asked it to go.
    static final long FAREWELL_NANOS = 500_000_000L;

    private final NodeState state;
    private final Leading leading;
    private final TreeMap<Long, Open> open = new TreeMap<>();
    private long toldAt;

    private static final class Open {
        private final Member target;
        private final long deadline;
        private String waitsFor = "no leader is known here";

        Open(Member target, long deadline) {
            this.target = target;
            this.deadline = deadline;
        }
    }

    Removals(NodeState state, Leading leading) {
        this.state = state;
        this.leading = leading;
    }

    // --- the order of an operator

    void request(long requestId, NodeId node) {
        Configuration current = state.configuration();
        Optional<Member> member = current.peer(node)
                .map(Peer::member)
                .or(() -> current.removed().stream()
                        .filter(m -> m.id().equals(node))
                        .findFirst());
        if (member.isEmpty()) {
            answer(requestId, new RemovalResult.NotAMember(node));
        } else if (open.size() >= MAX_OPEN) {
            answer(requestId, new RemovalResult.Unfinished("too many removals are under way at this node"));
        } else {
            open.put(requestId, new Open(member.get(), state.now.nanos() + PATIENCE_NANOS));
            ask(requestId);
        }
    }

    /// Whoever leads is asked; the leader itself may be the one that is to go, and then another one is asked next time.
    private void ask(long requestId) {
        Open order = open.get(requestId);
        Member leader = state.leader();
        if (order == null) {
            return;
        }
        if (leading.isLeading()) {
            take(requestId, leading.reconfiguration().remove(order.target));
        } else if (leader != null && state.hearsLeader()) {
            state.send(leader.id(), new Remove(state.durableTerm(), requestId, order.target));
        } else {
            order.waitsFor = "no leader is known here";
        }
    }

    private void take(long requestId, RemoveStatus status) {
        Open order = open.get(requestId);
        if (order == null) {
            return;
        }
        switch (status) {
            case REMOVED -> finish(requestId, new RemovalResult.Removed(order.target));
            case NOT_A_MEMBER -> finish(requestId, new RemovalResult.NotAMember(order.target.id()));
            case LAST_VOTER -> finish(requestId, new RemovalResult.Refused(RemovalResult.Reason.LAST_VOTER));
            case NO_QUORUM -> finish(requestId, new RemovalResult.Refused(RemovalResult.Reason.NO_QUORUM));
            case PENDING -> order.waitsFor = "the change is under way and not committed yet";
            case NO_HEIR -> order.waitsFor = "it leads, and no other voter can take over now";
            case NOT_LEADER -> order.waitsFor = "the leader has just changed";
        }
    }

    private void finish(long requestId, RemovalResult result) {
        open.remove(requestId);
        answer(requestId, result);
    }

    private void answer(long requestId, RemovalResult result) {
        state.effects.add(new Effect.AnswerRemoval(requestId, result));
    }

    void answered(RemoveAck answer) {
        if (answer.status() == RemoveStatus.REMOVED && answer.target().equals(state.member())) {
            told();
        }
        Open order = open.get(answer.requestId());
        if (order != null && order.target.equals(answer.target())) {
            take(answer.requestId(), answer.status());
        }
    }

    // --- as seen by others

    /// A member asks for an operator of its own.
    void asked(Member from, Remove request) {
        RemoveStatus status =
                leading.isLeading() ? leading.reconfiguration().remove(request.target()) : RemoveStatus.NOT_LEADER;
        state.send(from.id(), new RemoveAck(state.durableTerm(), request.requestId(), request.target(), status));
    }

    /// Whether this pair is out for good, as far as this node knows.
    boolean isOut(Member member) {
        return state.membership.committed().removed().contains(member);
    }

    /// Somebody who is out still talks: it is told, and not listened to.
    void dismiss(Member from) {
        state.send(from.id(), new RemoveAck(state.durableTerm(), 0, from, RemoveStatus.REMOVED));
    }

    // --- the end of this node

    /// This node was removed. It notes that for ever, answers who waits, and stops.
    void told() {
        if (!state.meta().removed()) {
            state.stopping();
            state.changeMeta(state.meta().withRemoved());
            toldAt = state.now.nanos();
            for (long requestId : List.copyOf(open.keySet())) {
                Open order = open.get(requestId);
                boolean itself = order != null && order.target.equals(state.member());
                finish(
                        requestId,
                        itself
                                ? new RemovalResult.Removed(state.member())
                                : new RemovalResult.Unfinished("this node was removed meanwhile; ask another one"));
            }
        }
    }

    /// Another configuration is committed.
    void configurationCommitted() {
        if (isOut(state.member())) {
            told();
        }
        for (long requestId : List.copyOf(open.keySet())) {
            Open order = open.get(requestId);
            if (order != null && isOut(order.target)) {
                finish(requestId, new RemovalResult.Removed(order.target));
            }
        }
    }

    void onHeartbeat() {
        for (long requestId : List.copyOf(open.keySet())) {
            Open order = open.get(requestId);
            if (order != null && state.now.nanos() >= order.deadline) {
                finish(requestId, new RemovalResult.Unfinished(order.waitsFor));
            } else {
                ask(requestId);
            }
        }
        boolean noted = state.disk.durableMeta().removed();
        if (noted && state.now.nanos() - toldAt >= FAREWELL_NANOS) {
            state.halt(
                    Effect.HaltReason.REMOVED,
                    "node " + state.self.id() + " was removed from the cluster; its data directory is kept and"
                            + " will not be used again. To bring the node back, move the directory away and start: it joins anew");
        }
    }

    void checkInvariants() {
        if (open.size() > MAX_OPEN) {
            throw new IllegalStateException(open.size() + " removals under way (I17)");
        }
    }
}
