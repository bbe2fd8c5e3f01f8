package dev.concord.simulation;

import dev.concord.protocol.LogEntry;
import java.util.HashMap;
import java.util.Map;

/// I9, G3: no key twice within the deduplication window (X4).
final class NoKeyTwice implements Invariant.OfHistory {
    private final int window;
    private final Map<String, Long> seqs = new HashMap<>();

    NoKeyTwice(int window) {
        this.window = window;
    }

    @Override
    public void committed(SimulatedProcess process, LogEntry entry) {
        if (entry.isChat()) {
            Long before = seqs.put(entry.body().key(), entry.seq());
            if (before != null && entry.seq() - before <= window) {
                String key = entry.body().id();
                require(false, "seq", before, "and", entry.seq(), "have the key", key);
            }
        }
    }
}
