package dev.concord.simulation;

import dev.concord.protocol.LogEntry;

/// I10: every message was said by some client, word for word, and not under a key that belongs to another.
final class DeliveredWasSubmitted implements Invariant.OfHistory {
    private final Workload workload;

    DeliveredWasSubmitted(Workload workload) {
        this.workload = workload;
    }

    @Override
    public void committed(SimulatedProcess process, LogEntry entry) {
        if (entry.isChat() && workload != null) {
            Letter letter = workload.letter(entry.body().key());
            require(letter != null && letter.body.equals(entry.body()), "nobody said", entry);
        }
    }
}
