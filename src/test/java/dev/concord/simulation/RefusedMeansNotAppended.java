package dev.concord.simulation;

import dev.concord.protocol.LogEntry;
import java.util.HashSet;
import java.util.Set;

/// X1: of the three outcomes, "surely not appended" is never wrong (trap 18).
final class RefusedMeansNotAppended implements Invariant.OfRuns {
    private final History history;

    RefusedMeansNotAppended(History history) {
        this.history = history;
    }

    @Override
    public void ended(Simulation simulation) {
        Set<String> keys = new HashSet<>();
        for (LogEntry entry : history.chats()) {
            keys.add(entry.body().key());
        }
        for (Letter letter : simulation.workload().letters()) {
            boolean refused = !letter.acknowledged && letter.tries > 0 && letter.unsure == 0;
            require(!refused || !keys.contains(letter.key), "refused at every try, but in the history:", letter);
        }
    }
}
