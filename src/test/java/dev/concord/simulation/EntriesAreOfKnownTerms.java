package dev.concord.simulation;

import dev.concord.protocol.LogEntry;

/// C1, E15: whoever takes an entry has adopted its term, so that no leader of an earlier term can cut it
/// again (trap 16). A founder writes its first entry before it has a term.
final class EntriesAreOfKnownTerms implements Invariant.OfAppends {
    @Override
    public void appending(SimulatedProcess process, LogEntry entry) {
        require(
                !entry.term().isAfter(process.meta().currentTerm())
                        || process.meta().clusterId() == null,
                process,
                "takes",
                entry.position(),
                "in term",
                process.meta().currentTerm());
    }
}
