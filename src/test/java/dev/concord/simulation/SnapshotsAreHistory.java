package dev.concord.simulation;

import dev.concord.protocol.LogSnapshot;
import dev.concord.storage.HistorySummary;

/// A snapshot says what the one committed history says up to its index, and nothing else (C5). Who installs one stands
/// for the entries before it from then on, so all that is asked of logs goes on to be asked of those.
final class SnapshotsAreHistory implements Invariant {
    private final History history;

    SnapshotsAreHistory(History history) {
        this.history = history;
    }

    void check(SimulatedProcess process, LogSnapshot snapshot) {
        require(snapshot.index() <= history.lastIndex(), process, "has a snapshot of what is not committed", snapshot);
        HistorySummary summary = new HistorySummary();
        for (long i = 1; i <= snapshot.index(); i++) {
            summary.add(history.entry(i));
        }
        require(summary.toBase().equals(snapshot), process, "has a snapshot", snapshot, "of", summary.toBase());
        require(LogSnapshot.parse(snapshot.line()).equals(snapshot), "a snapshot has another spelling", snapshot);
    }
}
