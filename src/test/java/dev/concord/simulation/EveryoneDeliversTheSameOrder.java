package dev.concord.simulation;

import dev.concord.node.Recovery;
import dev.concord.protocol.LogEntry;

/// I6: no two nodes apply different entries at one index, and each applies index after index.
final class EveryoneDeliversTheSameOrder implements Invariant.OfDeliveries, Invariant.OfBoots, Invariant.OfRuns {
    private final History history;

    EveryoneDeliversTheSameOrder(History history) {
        this.history = history;
    }

    @Override
    public void booted(SimulatedProcess process, Recovery recovery) {
        long committed = recovery.commitIndex();
        require(committed <= history.lastIndex(), process, "starts with", committed, "committed, which nobody was");
        require(
                committed == 0
                        || process.entry(committed)
                                .hash()
                                .equals(history.entry(committed).hash()),
                process,
                "starts with another history up to",
                committed);
    }

    @Override
    public void delivering(SimulatedProcess process, LogEntry entry, boolean lastOfItsBatch) {
        compare(process, entry);
    }

    private void compare(SimulatedProcess process, LogEntry entry) {
        if (entry.index() <= history.lastIndex()) {
            LogEntry known = history.entry(entry.index());
            require(known.hash().equals(entry.hash()), process, "delivers", entry, "where others have", known);
        }
    }

    @Override
    public void ended(Simulation simulation) {
        for (SimulatedProcess process : simulation.processes()) {
            if (process.isUp()) {
                long end = process.deliveredIndex();
                require(end == history.lastIndex(), process, "ends at", end, "and not at", history.lastIndex());
                compare(process, process.entry(end));
            }
        }
    }
}
