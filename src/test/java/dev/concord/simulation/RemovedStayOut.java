package dev.concord.simulation;

import dev.concord.node.RemovalResult;
import dev.concord.protocol.Configuration;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.Member;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.PeerMessage;
import java.util.HashMap;
import java.util.Map;

/// I16, M4: whose removal is committed never leads a later term; only such a node stops as removed (trap 28); and an
/// operator is told so only then.
final class RemovedStayOut implements Invariant.OfHistory, Invariant.OfMessages {
    private final Map<Member, Long> removedIn = new HashMap<>();
    private Configuration latest = Configuration.EMPTY;

    @Override
    public void committed(SimulatedProcess process, LogEntry entry) {
        if (entry.kind() == LogEntry.Kind.CONFIG) {
            latest = entry.configuration();
            for (Member member : latest.removed()) {
                removedIn.putIfAbsent(member, entry.term().value());
            }
        }
    }

    @Override
    public void sending(SimulatedProcess process, NodeId to, PeerMessage message) {
        if (!removedIn.isEmpty() && OneLeaderPerTerm.speaksAsLeader(message)) {
            long term = message.term().value();
            require(
                    term <= removedIn.getOrDefault(process.member(), Long.MAX_VALUE),
                    process,
                    "was removed and leads term",
                    term);
        }
    }

    void stopsAsRemoved(SimulatedProcess process) {
        require(removedIn.containsKey(process.member()), process, "stops as removed and is not");
        require(process.diskQueue.durableMeta().removed(), process, "stops before it has noted its removal");
    }

    void answered(SimulatedProcess process, RemovalResult result) {
        if (result instanceof RemovalResult.Removed(Member member)) {
            require(
                    removedIn.containsKey(member) && !latest.contains(member),
                    process,
                    "says that",
                    member,
                    "is removed and it is not");
        }
    }
}
