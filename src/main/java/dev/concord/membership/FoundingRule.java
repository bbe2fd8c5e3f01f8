package dev.concord.membership;

import dev.concord.protocol.ClusterId;
import dev.concord.protocol.Configuration;
import dev.concord.protocol.Hello;
import dev.concord.protocol.Member;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.Quorum;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// Whether this node may found the cluster (M1): it is the one node of the configured list that may, its store is
/// empty, a majority of the list says "uninitialised", and nobody knows a cluster. So a founder whose volume was lost
/// joins the cluster that the others remember instead of founding a second one (trap 27).
public final class FoundingRule {
    private final NodeId self;
    private final List<NodeId> others;
    private final boolean mayFound;
    private final TreeMap<NodeId, Boolean> uninitialised = new TreeMap<>();

    /// @param bootstrap the operator's word; empty: the highest id of the list founds
    public FoundingRule(NodeId self, List<NodeId> others, Optional<Boolean> bootstrap) {
        this.self = self;
        this.others = List.copyOf(others);
        this.mayFound = bootstrap.orElseGet(() -> others.stream().allMatch(self::outranks));
    }

    /// A node of the list said who it is.
    public void heard(Hello hello) {
        if (others.contains(hello.self().id())) {
            ClusterId cluster = hello.clusterId();
            uninitialised.put(hello.self().id(), cluster == null && hello.last().index() == 0);
        }
    }

    /// This node cannot be asked any more. That it was empty no longer counts; that it knew a cluster does (trap 27).
    public void lost(NodeId node) {
        uninitialised.remove(node, true);
    }

    /// Whether the cluster may be founded now.
    public boolean mayFoundNow() {
        long agree = 1 + uninitialised.values().stream().filter(empty -> empty).count();
        boolean clusterKnown = uninitialised.containsValue(false);
        return mayFound && !clusterKnown && agree >= Quorum.majority(others.size() + 1);
    }

    /// Whom this node waits for before there can be a cluster, for the operator.
    public List<NodeId> waitingFor() {
        return others.stream().filter(id -> !uninitialised.containsKey(id)).toList();
    }

    /// Whether there never were so many voters yet as the operator configured, so that an acknowledgement would
    /// rest on fewer disks. A cluster that has taken a message and lost members to its operator had them; a
    /// restored log, in which nobody is removed, has not (P4). Before the first message, whom the operator removed
    /// counts as if it were there: the smaller cluster is what was asked for.
    ///
    /// @param lastSeq the newest message in the log, 0 for none
    public boolean isForming(Configuration configuration, long lastSeq) {
        int majority = Quorum.majority(others.size() + 1);
        int voters = configuration.voters().size();
        if (voters >= majority || lastSeq > 0 && !configuration.removed().isEmpty()) {
            return false;
        }
        long left = configuration.removed().stream()
                .map(Member::id)
                .distinct()
                .filter(id -> configuration.peer(id).isEmpty())
                .count();
        return voters + left < majority;
    }

    /// The node that would found the cluster if the operator said nothing.
    public NodeId founder() {
        return others.stream().reduce(self, (a, b) -> a.outranks(b) ? a : b);
    }
}
