package dev.concord.simulation;

import dev.concord.protocol.LogEntry;

/// I8: the committed messages are numbered 1, 2, 3, … without a gap.
final class SeqIsDense implements Invariant.OfHistory {
    private long lastSeq;
    private long lastIndex;

    @Override
    public void committed(SimulatedProcess process, LogEntry entry) {
        require(entry.index() == ++lastIndex, "index", entry.index(), "in place of", lastIndex);
        require(!entry.isChat() || entry.seq() == ++lastSeq, "seq", entry.seq(), "in place of", lastSeq);
    }
}
