package dev.concord.simulation;

import dev.concord.node.Event;
import dev.concord.protocol.Configuration;
import dev.concord.protocol.Levels;

/// Which program each node runs. In every other run the founders begin with an older one and take the newer with
/// a later
/// boot, and an operator asks again and again to raise the level, as soon as everyone is there (V3).
final class Programs {
    static final Levels OLDER = Levels.FIRST;
    static final Levels NEWER = new Levels(1, Levels.RETENTION);
    private static final long ASK_EVERY_NANOS = 1_000_000_000L;

    private final Simulation simulation;
    private boolean upgrading;

    Programs(Simulation simulation) {
        this.simulation = simulation;
    }

    /// From here on nodes that start do so with the older program, at first.
    void startWithTheOlder() {
        upgrading = true;
        simulation.agenda().after(ASK_EVERY_NANOS, this::ask);
    }

    /// What a node knows that boots now.
    Levels of(SimulatedProcess process) {
        boolean founder = process.slot < simulation.conditions().nodes();
        boolean first =
                process.boots() <= 1 || simulation.invariants().history().lastIndex() == 0;
        return upgrading && founder && first ? OLDER : NEWER;
    }

    private void ask() {
        if (isComplete()) {
            for (SimulatedProcess process : simulation.founders()) {
                if (process.isUp() && process.node().levels(process.now()).committed() < NEWER.newest()) {
                    process.take(new Event.RaiseRequested(1, NEWER.newest()));
                }
            }
        }
        simulation.agenda().after(ASK_EVERY_NANOS, this::ask);
    }

    /// Whoever is no member yet, and runs the older program, could not join a raised cluster.
    private boolean isComplete() {
        Configuration members = simulation.invariants().history().configuration();
        return simulation.founders().stream()
                .allMatch(founder -> members.peer(founder.id).isPresent());
    }
}
