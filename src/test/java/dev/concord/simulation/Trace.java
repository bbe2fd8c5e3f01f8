package dev.concord.simulation;

import dev.concord.node.Effect;
import dev.concord.node.Event;
import java.util.function.Consumer;

/// What happened, line by line, for those who read a failing run; and one number for all of it (I20). Off unless asked
/// for: words cost more than the steps they describe.
final class Trace {
    private final Simulation simulation;
    private Consumer<String> sink;
    private boolean hashing;
    private long hash;

    Trace(Simulation simulation) {
        this.simulation = simulation;
    }

    void to(Consumer<String> lines) {
        sink = lines;
    }

    void hash() {
        hashing = true;
    }

    /// Equal runs have equal hashes.
    long hashValue() {
        return hash;
    }

    void line(SimulatedProcess process, String verb, Object what) {
        if (sink != null || hashing) {
            emit(process + " " + verb + " " + what);
        }
    }

    void fault(String what) {
        if (sink != null || hashing) {
            emit("*** " + what);
        }
    }

    void event(SimulatedProcess process, Event event) {
        if (sink != null || hashing) {
            emit(process + " <- " + (hashing ? event : Wording.of(event)));
        }
    }

    void effect(SimulatedProcess process, Effect effect) {
        if (sink != null || hashing) {
            emit(process + " ->   " + (hashing ? effect : Wording.of(effect)));
        }
    }

    private void emit(String text) {
        if (hashing) {
            hash = hash * 1_000_003 + simulation.nowNanos() * 31 + text.hashCode();
        } else {
            sink.accept("%,17.6f %s".formatted(simulation.nowNanos() / 1e6, text));
        }
    }
}
