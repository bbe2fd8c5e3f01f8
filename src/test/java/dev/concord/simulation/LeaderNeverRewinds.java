package dev.concord.simulation;

import dev.concord.protocol.Role;

/// I5: a leader never cuts its own log in its term, and nobody cuts what is committed.
final class LeaderNeverRewinds implements Invariant.OfRewinds {
    @Override
    public void rewinding(SimulatedProcess process, long fromIndex) {
        require(
                fromIndex > process.deliveredIndex(),
                process,
                "cuts from",
                fromIndex,
                "and had committed",
                process.deliveredIndex());
        require(process.node().role() != Role.LEADER, process, "leads and cuts from", fromIndex);
    }
}
