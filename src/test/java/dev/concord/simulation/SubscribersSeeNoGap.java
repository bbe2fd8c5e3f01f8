package dev.concord.simulation;

import dev.concord.protocol.LogEntry;

/// I12: after seq k a subscriber sees k + 1, at whatever node it reads, and it is the same message everywhere.
final class SubscribersSeeNoGap implements Invariant.OfReaders, Invariant.OfRuns {
    private final History history;

    SubscribersSeeNoGap(History history) {
        this.history = history;
    }

    @Override
    public void read(long cursor, LogEntry entry) {
        require(entry.seq() == cursor + 1, "after", cursor, "came", entry.seq());
        require(history.chat(entry.seq()).hash().equals(entry.hash()), "seq", entry.seq(), "reads", entry);
    }

    @Override
    public void ended(Simulation simulation) {
        require(simulation.readers().areAtEnd(history.lastSeq()), "a subscriber has not seen everything");
    }
}
