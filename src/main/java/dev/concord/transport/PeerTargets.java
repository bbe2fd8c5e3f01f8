package dev.concord.transport;

import dev.concord.node.SeedNode;
import dev.concord.protocol.Address;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.Peer;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The nodes this one keeps links to. One thread changes the list, any thread looks something up.
final class PeerTargets {
    private final LinkContext context;
    private volatile Map<NodeId, PeerTarget> targets = Map.of();

    PeerTargets(LinkContext context) {
        this.context = context;
    }

    @Nullable
    PeerTarget get(NodeId id) {
        return targets.get(id);
    }

    Collection<PeerTarget> all() {
        return targets.values();
    }

    /// Starts links to those that are new or have moved, and stops links to those that are not in the lists.
    void keep(List<Peer> peers, List<SeedNode> unknown) {
        Map<NodeId, Address> wanted = new TreeMap<>();
        unknown.forEach(seed -> wanted.put(seed.id(), seed.address()));
        peers.forEach(peer -> wanted.put(peer.id(), peer.address()));

        Map<NodeId, PeerTarget> before = targets;
        Map<NodeId, PeerTarget> after = new TreeMap<>();
        wanted.forEach((id, address) -> {
            PeerTarget target = before.get(id);
            boolean same = target != null && target.address().equals(address);
            after.put(id, same ? target : new PeerTarget(context, id, address));
        });
        targets = after;
        before.values().stream()
                .filter(target -> after.get(target.id()) != target)
                .forEach(PeerTarget::stop);
        after.values().stream()
                .filter(target -> before.get(target.id()) != target)
                .forEach(PeerTarget::start);
    }

    void wakeUp(NodeId id) {
        PeerTarget target = get(id);
        if (target != null) {
            target.wakeUp();
        }
    }

    void suspect(NodeId id) {
        PeerTarget target = get(id);
        if (target != null) {
            target.suspect();
        }
    }
}
