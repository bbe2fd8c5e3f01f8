package dev.concord.simulation;

import dev.concord.protocol.NodeId;
import dev.concord.protocol.PeerMessage;
import java.util.HashSet;
import java.util.Set;

/// I3: every committed entry is in the log of each later leader, from the moment it leads. Hashes are chained, so one
/// comparison at the end of the history compares all of it.
final class LeaderHasAllCommitted implements Invariant.OfMessages {
    private final History history;
    private final Set<Long> checked = new HashSet<>();

    LeaderHasAllCommitted(History history) {
        this.history = history;
    }

    @Override
    public void sending(SimulatedProcess process, NodeId to, PeerMessage message) {
        if (!OneLeaderPerTerm.speaksAsLeader(message)
                || !checked.add(message.term().value())) {
            return;
        }
        long committed = history.lastIndex();
        require(process.lastIndex() >= committed, process, "leads term", message.term(), "without entry", committed);
        require(
                committed == 0
                        || process.entry(committed)
                                .hash()
                                .equals(history.entry(committed).hash()),
                process,
                "leads term",
                message.term(),
                "with another history up to",
                committed);
    }
}
