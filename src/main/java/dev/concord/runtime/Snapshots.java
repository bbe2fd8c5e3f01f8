package dev.concord.runtime;

import dev.concord.node.ChatNode;
import dev.concord.node.LevelReport;
import dev.concord.node.NodeStatus;
import dev.concord.node.Now;
import dev.concord.protocol.Hello;
import dev.concord.protocol.NodeId;
import java.util.List;

/// What the event loop lets other threads see of its node: values, each whole, never the node itself. Only the loop
/// publishes.
final class Snapshots {
    /// Age at which the status is made anew.
    static final long STATUS_NANOS = 50_000_000L;

    private final NodeId id;
    private long statusAt;
    private volatile Hello hello;
    private volatile ClusterNode.Vitals vitals;
    private volatile NodeStatus status;
    private volatile long removableSeq;
    private volatile LevelReport levels = new LevelReport(0, 0, List.of());

    @SuppressWarnings("NullAway.Init") // there is nothing to see before the node exists
    Snapshots(NodeId id) {
        this.id = id;
        this.vitals = new ClusterNode.Vitals(id, NodeId.NONE, 0, 0, 0);
    }

    /// The hello changes with what is durable, and must say so before any message does (T5).
    void publishHello(ChatNode node) {
        hello = node.hello();
    }

    void publishVitals(ChatNode node) {
        ClusterNode.Vitals next = new ClusterNode.Vitals(
                id, node.currentLeader(), node.currentTerm().value(), node.commitSeq(), node.commitIndex());
        if (!next.equals(vitals)) {
            vitals = next;
        }
    }

    void publishStatus(ChatNode node, Now now) {
        removableSeq = node.removableSeq();
        status = node.status(now);
        levels = node.levels(now);
        statusAt = System.nanoTime();
    }

    boolean isStatusOld() {
        return System.nanoTime() - statusAt > STATUS_NANOS;
    }

    /// When the status was made; for the event loop.
    long statusAt() {
        return statusAt;
    }

    Hello hello() {
        return hello;
    }

    ClusterNode.Vitals vitals() {
        return vitals;
    }

    NodeStatus status() {
        return status;
    }

    /// Up to this message nobody needs its key any more.
    long removableSeq() {
        return removableSeq;
    }

    LevelReport levels() {
        return levels;
    }
}
