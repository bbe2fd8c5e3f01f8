package dev.concord.chat;

import dev.concord.access.AccessMode;
import dev.concord.node.Announcement;
import dev.concord.node.NodeStatus;
import dev.concord.node.RemovalResult;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.Role;
import dev.concord.runtime.ClusterNode;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/// What the edge shows of the cluster: who leads, how far the log is committed, whether this node can serve. Every
/// answer is this node's own knowledge and never a call to another.
public final class Cluster {
    private final ClusterNode node;
    private final AccessMode access;

    /// @param access what this node asks of its clients
    public Cluster(ClusterNode node, AccessMode access) {
        this.node = node;
        this.access = access;
    }

    /// Whether every client may know all that this node knows, because none is asked who he is.
    public boolean isOpen() {
        return access != AccessMode.TOKENS;
    }

    /// What is stamped on every answer.
    ///
    /// @param leader whom this node follows and hears, or none
    /// @param commit number of committed messages, as this node knows
    public record Stamp(NodeId node, NodeId leader, long term, long commit) {}

    public Stamp stamp() {
        ClusterNode.Vitals vitals = node.vitals();
        return new Stamp(vitals.node(), vitals.leader(), vitals.term(), vitals.commitSeq());
    }

    public NodeStatus status() {
        return node.status();
    }

    /// The cluster as this node sees it.
    public ClusterReport report() {
        return ClusterReport.of(node.status(), access);
    }

    /// Under which addresses clients reach the members.
    public List<String> urls() {
        return node.status().members().stream()
                .map(NodeStatus.MemberStatus::url)
                .toList();
    }

    /// Whether the log is recovered and no stop was asked for, so that reads can be served.
    public boolean isServing() {
        return node.isServing();
    }

    /// Whether this node can serve its clients: it has recovered, belongs to a cluster, is not being repaired, and has
    /// caught up since its start.
    public boolean isReady() {
        if (!node.isServing()) {
            return false;
        }
        NodeStatus status = node.status();
        return status.clusterId() != null && !status.repairing() && !status.stale() && !node.isDraining();
    }

    /// Whether this node was told to take no more clients; see [Drain].
    public boolean isDraining() {
        return node.isDraining();
    }

    /// Whether the configuration lists a node with this id.
    public boolean hasMember(NodeId id) {
        return node.status().members().stream().anyMatch(m -> m.member().id().equals(id));
    }

    public boolean isLeader() {
        return node.status().role() == Role.LEADER;
    }

    /// Moves leadership; see [ClusterNode#handOver].
    public CompletableFuture<String> handOver(NodeId target) {
        return node.handOver(target);
    }

    /// Takes a member out of the cluster; see [ClusterNode#remove].
    public CompletableFuture<RemovalResult> remove(NodeId target) {
        return node.remove(target);
    }

    /// Calls `listener` at each change of role or view, until the returned handle is closed. It must not block.
    public AutoCloseable onAnnouncement(Consumer<Announcement> listener) {
        return node.onAnnouncement(listener);
    }
}
