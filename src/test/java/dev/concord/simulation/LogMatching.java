package dev.concord.simulation;

import dev.concord.node.Recovery;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.Member;
import dev.concord.protocol.Peer;
import java.util.ArrayList;
import java.util.List;

/// I4: entries with the same index and term are the same, wherever they are.
///
/// Only a founder may write the first entry of term 1 twice: if it died before its disk knew of a cluster, it never
/// said that entry to anybody, and its store counts as empty (M1).
final class LogMatching implements Invariant.OfAppends, Invariant.OfBoots {
    private final List<List<LogEntry>> known = new ArrayList<>();

    @Override
    public void booted(SimulatedProcess process, Recovery recovery) {
        if (recovery.meta().clusterId() == null && !known.isEmpty()) {
            Member self = recovery.meta().self();
            known.getFirst().removeIf(entry -> isFounding(entry, self));
        }
    }

    private static boolean isFounding(LogEntry entry, Member founder) {
        return entry.kind() == LogEntry.Kind.CONFIG
                && entry.configuration().voters().stream()
                        .map(Peer::member)
                        .toList()
                        .equals(List.of(founder));
    }

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
