package dev.concord.chat;

import dev.concord.node.NodeStatus;
import dev.concord.node.NodeStatus.MemberStatus;
import dev.concord.runtime.ClusterNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Takes a node out of service before it is stopped: it gives the lead away and takes no more clients, those it has are
/// sent to other nodes, and it tells when the others can do without it. It goes on to store, to vote and to pass
/// messages on, so nobody is refused anything. Only a restart ends it.
///
/// **Threads.** Any; the clients are sent away by a thread of its own, because that takes time.
public final class Drain {
    private final ClusterNode node;
    private final Subscriptions readers;
    private final Runnable farewell;
    private long levelIndex;
    private boolean begun;
    private volatile boolean clientsGone;

    /// @param farewell closes the connections of clients that stay connected; returns when they are closed
    public Drain(ClusterNode node, Subscriptions readers, Runnable farewell) {
        this.node = node;
        this.readers = readers;
        this.farewell = farewell;
    }

    /// How far it has got.
    ///
    /// @param leader who leads now; null if nobody
    /// @param remaining voters in reach but this one
    /// @param level those of them that hold everything that was committed when the drain began
    /// @param majority voters that are needed
    /// @param clientsGone whether all connections that stay open are closed
    /// @param safeToStop whether the cluster goes on at once without this node
    /// @param waitingFor what is missing for that, in words; empty if nothing is
    public record Progress(
            int node,
            boolean draining,
            @Nullable Integer leader,
            int remaining,
            int level,
            int majority,
            boolean clientsGone,
            boolean safeToStop,
            String waitingFor) {}

    /// Begins, unless it has begun before.
    public synchronized void begin() {
        if (begun) {
            return;
        }
        begun = true;
        levelIndex = node.status().commitIndex();
        node.drain();
        Thread.ofVirtual().name("concord-drain").start(() -> {
            readers.stop();
            farewell.run();
            clientsGone = true;
        });
    }

    public synchronized Progress progress() {
        NodeStatus status = node.status();
        List<MemberStatus> others = status.members().stream()
                .filter(m -> m.voter() && m.alive() && !m.member().equals(status.self()))
                .toList();
        int level = (int)
                others.stream().filter(m -> m.persistedIndex() >= levelIndex).count();
        boolean voter =
                status.members().stream().anyMatch(m -> m.voter() && m.member().equals(status.self()));
        String waitingFor = begun ? waitingFor(status, voter, others.size(), level) : "the order to drain";
        return new Progress(
                status.self().id().value(),
                begun,
                status.leader().isPresent() ? status.leader().value() : null,
                others.size(),
                level,
                status.majority(),
                clientsGone,
                waitingFor.isEmpty(),
                waitingFor);
    }

    private String waitingFor(NodeStatus status, boolean voter, int others, int level) {
        if (voter && others < status.majority()) {
            return "other voters: without this node " + others + " of " + status.voters() + " are in reach, and "
                    + status.majority() + " are needed";
        }
        if (!status.leader().isPresent()) {
            return "a leader";
        }
        if (status.leader().equals(status.self().id())) {
            return "another node to take over the lead";
        }
        if (voter && level < status.majority()) {
            return "the other voters to catch up: " + level + " of them are level, and " + status.majority()
                    + " are needed";
        }
        return clientsGone ? "" : "its clients to be disconnected";
    }
}
