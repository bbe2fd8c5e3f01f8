package dev.concord.simulation;

import dev.concord.protocol.LogEntry;
import dev.concord.protocol.Member;
import dev.concord.protocol.Meta;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.PeerMessage;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// I16, P1 to P3: a store in repair does not lead and says of itself that it is not intact; and when it
/// calls itself whole again, it has everything committed that it ever held (traps 12 and 13).
final class RepairingDoesNotCount implements Invariant.OfMessages, Invariant.OfMeta {
    private final Counters counters;
    private final History history;
    private final Map<Member, List<LogEntry>> damaged;
    private final Set<Member> repairing = new HashSet<>();

    RepairingDoesNotCount(Counters counters, History history, Map<Member, List<LogEntry>> damaged) {
        this.counters = counters;
        this.history = history;
        this.damaged = damaged;
    }

    @Override
    public void sending(SimulatedProcess process, NodeId to, PeerMessage message) {
        if (!process.diskQueue.durableMeta().repairing()) {
            return;
        }
        repairing.add(process.member());
        require(!OneLeaderPerTerm.speaksAsLeader(message), process, "leads and is in repair");
        require(!(message instanceof PeerMessage.Claim), process, "wants to lead and is in repair");
        if (message instanceof PeerMessage.Promise promise) {
            require(!promise.intact(), process, "calls itself intact in", Wording.of(message));
        } else if (message instanceof PeerMessage.SeqAck ack) {
            require(!ack.intact(), process, "calls itself intact in", Wording.of(message));
        }
    }

    @Override
    public void metaDurable(SimulatedProcess process, Meta meta) {
        if (meta.repairing() || !repairing.remove(process.member())) {
            return;
        }
        counters.count("log repaired");
        List<LogEntry> held = damaged.getOrDefault(process.member(), List.of());
        for (int i = 0; i < Math.min(held.size(), history.lastIndex()); i++) {
            LogEntry committed = history.entry(i + 1);
            boolean acknowledged = held.get(i).hash().equals(committed.hash());
            boolean here = process.disk.durableIndex() > i
                    && process.disk.entry(i + 1).hash().equals(committed.hash());
            require(here || !acknowledged, process, "calls itself whole again and lacks", committed);
        }
    }
}
