package dev.concord.simulation;

import dev.concord.node.Effect;
import dev.concord.node.Event;
import dev.concord.node.Recovery;
import dev.concord.protocol.LogSnapshot;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// A rule of the protocol broken on purpose, between a node and its world: what it is told, what it orders, what it
/// finds at its start. Production code knows nothing of it. A mutation that no invariant notices would mean that the
/// simulation is blind there (section 15).
class Mutation {
    /// The protocol as it is.
    static final Mutation NONE = new Mutation();

    /// Told before a process starts on its disk.
    void starting(SimulatedProcess process) {}

    /// What the node finds at its start instead.
    Recovery recovered(SimulatedProcess process, Recovery recovery) {
        return recovery;
    }

    /// What the node is told instead; null: nothing.
    @Nullable
    Event event(SimulatedProcess process, Event event) {
        return event;
    }

    /// A process dies while a snapshot takes the place of its log.
    void diesDuringInstall(SimulatedProcess process, LogSnapshot snapshot, RandomGenerator random) {
        process.disk.crashDuringInstall(snapshot, random);
    }

    /// Up to which message retention may remove.
    long removableSeq(SimulatedProcess process) {
        return process.node().removableSeq();
    }

    /// What the node is taken to have ordered instead.
    List<Effect> effects(SimulatedProcess process, Event event, List<Effect> effects) {
        return effects;
    }
}
