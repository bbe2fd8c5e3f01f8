package dev.concord.simulation;

import dev.concord.protocol.Levels;
import dev.concord.protocol.LogEntry;

/// V3: no reply, edit or delete stands in the log before the configuration that allows it, so that a program
/// that knows less never meets one.
final class ReferencesNeedTheirLevel implements Invariant.OfHistory {
    private final Counters counters;
    private int level = 1;

    ReferencesNeedTheirLevel(Counters counters) {
        this.counters = counters;
    }

    @Override
    public void committed(SimulatedProcess process, LogEntry entry) {
        if (entry.kind() == LogEntry.Kind.CONFIG) {
            if (entry.configuration().level() > Math.max(level, 1) && entry.index() > 1) {
                counters.count("level raised");
            }
            level = entry.configuration().level();
        }
        if (entry.isChat() && entry.body().refers()) {
            counters.count("reference committed");
            require(level >= Levels.CHANGES_AND_PRESENCE, "at level", level, "the log has", entry);
        }
    }
}
