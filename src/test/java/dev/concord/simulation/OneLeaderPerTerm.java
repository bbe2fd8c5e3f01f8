package dev.concord.simulation;

import dev.concord.protocol.BootId;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.PeerMessage;
import dev.concord.protocol.Role;
import java.util.HashMap;
import java.util.Map;

/// I1: at most one node leads a term, in one life of its process (E1: a restarted leader never goes on, trap 5).
final class OneLeaderPerTerm implements Invariant.OfMessages {
    private final Counters counters;
    private final Map<Long, BootId> leaders = new HashMap<>();

    OneLeaderPerTerm(Counters counters) {
        this.counters = counters;
    }

    @Override
    public void sending(SimulatedProcess process, NodeId to, PeerMessage message) {
        if (!speaksAsLeader(message)) {
            return;
        }
        BootId before = leaders.putIfAbsent(message.term().value(), process.boot());
        if (before == null) {
            counters.leaderChanges++;
        } else {
            require(before.equals(process.boot()), "term", message.term(), "is led by", process.boot(), "and", before);
        }
    }

    static boolean speaksAsLeader(PeerMessage message) {
        return switch (message) {
            case PeerMessage.Coordinator _, PeerMessage.SeqChat _ -> true;
            case PeerMessage.Heartbeat heartbeat -> heartbeat.role() == Role.LEADER;
            default -> false;
        };
    }
}
