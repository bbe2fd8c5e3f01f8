package dev.concord.runtime;

import dev.concord.node.Announcement;
import dev.concord.node.LevelReport;
import dev.concord.node.NodeStatus;
import dev.concord.node.RemovalResult;
import dev.concord.node.SubmitResult;
import dev.concord.protocol.ChatBody;
import dev.concord.protocol.NodeId;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/// The running node as the application above sees it. All methods may be called by any thread and return at once.
public interface ClusterNode {
    /// Submits a message; the outcome is handed to `answer` on the event loop's thread exactly once, at the deadline at
    /// the latest. `answer` must not block.
    ///
    /// @param session messages of one session are ordered as submitted (G4); 0 for none. See [#newSession]
    /// @param afterSeq the commit seq that the client knew before its first try, or -1 (X4)
    void submit(long session, ChatBody body, long afterSeq, Duration deadline, Consumer<SubmitResult> answer);

    /// A number for a new client session.
    long newSession();

    /// The committed messages, to read and to wait for.
    CommittedLog committed();

    /// What changes with every message, from the last step of the event loop.
    Vitals vitals();

    /// Everything this node knows of its cluster, not older than a heartbeat interval.
    NodeStatus status();

    /// Moves leadership to `target` ([NodeId#NONE] lets the node choose). Completes with an empty string, or with the
    /// reason why it stayed.
    CompletableFuture<String> handOver(NodeId target);

    /// Moves what this node does for others away from it, as far as the cluster goes: leadership is handed over, and
    /// does not come back before a restart. Returns at once.
    void drain();

    /// Whether [#drain] was called.
    boolean isDraining();

    /// Takes a member out of the cluster (M5). Completes when that is committed, or with the reason why it is not.
    CompletableFuture<RemovalResult> remove(NodeId target);

    /// The level of the cluster and what its members know, not older than a heartbeat interval.
    LevelReport levels();

    /// Has the cluster use `level` from now on. Completes with an empty string, or with the reason why it does not.
    CompletableFuture<String> raise(int level);

    /// The commit index that a majority confirms now (C4); completes with -1 if none could be had in time.
    CompletableFuture<Long> head(Duration deadline);

    /// Calls `listener` for each announcement until the returned handle is closed. It must not block.
    AutoCloseable onAnnouncement(Consumer<Announcement> listener);

    /// What members tell each other of the people that are connected to them.
    PresenceExchange presence();

    /// Whether start-up recovery is done and no stop was asked for: the node can serve reads.
    boolean isServing();

    /// @param leader whom this node follows and hears, or none
    record Vitals(NodeId node, NodeId leader, long term, long commitSeq, long commitIndex) {}
}
