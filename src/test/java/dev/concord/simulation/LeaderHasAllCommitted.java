package dev.concord.simulation;

import dev.concord.protocol.LogEntry;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.PeerMessage;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// I3: what was committed in an earlier term is in the log of each later leader, from the moment it leads. Hashes are
/// chained, so one comparison at the end of that history compares all of it. A claim may be won late, when a higher
/// term has committed already: such a leader need not hold that, and will never commit anything.
final class LeaderHasAllCommitted implements Invariant.OfHistory, Invariant.OfMessages {
    private final History history;
    private final TreeMap<Long, Long> lastCommittedIn = new TreeMap<>();
    private final Set<Long> checked = new HashSet<>();

    LeaderHasAllCommitted(History history) {
        this.history = history;
    }

    @Override
    public void committed(SimulatedProcess process, LogEntry entry) {
        lastCommittedIn.put(process.meta().currentTerm().value(), entry.index()); // the first to commit leads
    }

    @Override
    public void sending(SimulatedProcess process, NodeId to, PeerMessage message) {
        if (!OneLeaderPerTerm.speaksAsLeader(message)
                || !checked.add(message.term().value())) {
            return;
        }
        Map.Entry<Long, Long> earlier =
                lastCommittedIn.lowerEntry(message.term().value());
        if (earlier == null) {
            return;
        }
        long committed = earlier.getValue();
        require(process.lastIndex() >= committed, process, "leads term", message.term(), "without entry", committed);
        require(
                process.entry(committed).hash().equals(history.entry(committed).hash()),
                process,
                "leads term",
                message.term(),
                "with another history up to",
                committed);
    }
}
