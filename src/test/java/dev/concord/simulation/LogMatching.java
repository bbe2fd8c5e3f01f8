package dev.concord.simulation;

import dev.concord.protocol.LogEntry;
import java.util.ArrayList;
import java.util.List;

/// I4: entries with the same index and term are the same, wherever they are.
final class LogMatching implements Invariant.OfAppends {
    private final List<List<LogEntry>> known = new ArrayList<>();

    @Override
    public void appending(SimulatedProcess process, LogEntry entry) {
        while (known.size() < entry.index()) {
            known.add(new ArrayList<>(1));
        }
        List<LogEntry> variants = known.get((int) entry.index() - 1);
        for (LogEntry variant : variants) {
            if (variant.equals(entry)) {
                return;
            }
            if (variant.term().equals(entry.term())) {
                require(variant.hash().equals(entry.hash()), process, "has", entry, "where another has", variant);
                return;
            }
        }
        variants.add(entry);
    }
}
