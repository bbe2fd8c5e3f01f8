package dev.concord.simulation;

import dev.concord.node.Effect;
import dev.concord.node.Event;
import dev.concord.node.Founding;
import dev.concord.node.SeedNode;
import dev.concord.protocol.Address;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.ProtocolSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;

/// A cluster and its world: processes with disks, a network, clients and readers, in virtual time. Everything that is
/// random comes from one seed, split once per part, so that a part that draws more does not disturb the others (I20).
final class Simulation {
    /// The wall clock at the start of every run.
    static final long EPOCH_MILLIS = 1_780_000_000_000L;
    /// Steps within a second of virtual time: more is a storm, or a node that talks to itself.
    private static final int MAX_STEPS_PER_SECOND = 60_000;

    private final Conditions conditions;
    private final Mutation mutation;
    private final Agenda agenda = new Agenda();
    private final Counters counters = new Counters();
    private final Trace trace = new Trace(this);
    private final Workload workload = new Workload(this);
    private final Programs programs = new Programs(this);
    private final Retentions retentions;
    private final Invariants invariants;
    private final RulesSeen rules;
    private final SimulatedNetwork network;
    private final Readers readers;
    private final SimulatedProcess[] processes;
    private final SplittableRandom clientRandom;
    private final SplittableRandom faultRandom;

    private boolean troubled;
    private boolean haltsExpected;
    private long stepsThisSecond;
    private long lastSecond;

    Simulation(long seed, Conditions conditions, Mutation mutation) {
        this.conditions = conditions;
        this.mutation = mutation;
        SplittableRandom root = new SplittableRandom(seed);
        clientRandom = root.split();
        faultRandom = root.split();
        int slots = conditions.nodes() + conditions.spares(); // for nodes that join later
        network = new SimulatedNetwork(this, slots, root.split());
        readers = new Readers(this, root.split());
        retentions = new Retentions(this, seed);
        invariants = new Invariants(this);
        rules = new RulesSeen(this, slots);
        processes = new SimulatedProcess[slots];
        for (int slot = 0; slot < slots; slot++) {
            processes[slot] = new SimulatedProcess(
                    this, slot, new NodeId(slot + 1), addressOf(slot), founding(slot), root.nextLong());
        }
    }

    static Address addressOf(int slot) {
        return new Address("node-" + (slot + 1), 5001 + slot);
    }

    private Founding founding(int slot) {
        List<SeedNode> seeds = new ArrayList<>();
        for (int other = 0; other < conditions.nodes(); other++) {
            if (other != slot) {
                seeds.add(new SeedNode(new NodeId(other + 1), addressOf(other)));
            }
        }
        return new Founding(seeds, slot < conditions.nodes() ? Optional.empty() : Optional.of(false));
    }

    // ---- running ----

    void runFor(Duration time) {
        runUntil(() -> false, time);
    }

    /// Runs until the condition holds, for `atMost`; returns whether it holds. It is looked at every few milliseconds.
    boolean runUntil(BooleanSupplier condition, Duration atMost) {
        long end = nowNanos() + atMost.toNanos();
        long look = 0;
        while (!agenda.isEmpty() && agenda.nextNanos() <= end) {
            if (nowNanos() >= look) {
                if (condition.getAsBoolean()) {
                    return true;
                }
                look = nowNanos() + 5_000_000L;
            }
            agenda.runNext();
        }
        agenda.advanceTo(end);
        return condition.getAsBoolean();
    }

    /// Told before each step of a node.
    void stepping(SimulatedProcess process, Event event) {
        counters.step(event);
        trace.event(process, event);
        long second = nowNanos() / 1_000_000_000;
        stepsThisSecond = second == lastSecond ? stepsThisSecond + 1 : 0;
        lastSecond = second;
        if (stepsThisSecond > MAX_STEPS_PER_SECOND) {
            throw new InvariantBroken("NoStorms", process + " and others step without end: " + Wording.of(event));
        }
    }

    /// Told before each effect is carried out.
    void effect(SimulatedProcess process, Effect effect) {
        counters.effect(effect);
        trace.effect(process, effect);
        invariants.effect(process, effect);
    }

    void halted(SimulatedProcess process, Effect.Halt halt) {
        counters.count("halt " + halt.reason());
        trace.fault(process + " halts: " + halt.reason());
        if (halt.reason() == Effect.HaltReason.REMOVED) {
            invariants.stopsAsRemoved(process);
            process.die(false);
            process.startAgain(); // its supervisor tries, and the removed flag on the disk says no
            return;
        }
        boolean joins = halt.reason() == Effect.HaltReason.DUPLICATE_NODE_ID && !invariants.isVoter(process.member());
        if (!joins && !haltsExpected) {
            throw new InvariantBroken("NodesDoNotHalt", process + " halts, " + halt.reason() + ": " + halt.detail());
        }
        process.die(false);
        if (joins) { // its store is new: whoever supervises it starts it again, until the old store is forgotten (M3)
            agenda.after(1_000_000_000L, process::startAgain);
        }
    }

    /// For runs that provoke a refusal of identity (T5, M4).
    void expectHalts() {
        haltsExpected = true;
    }

    /// Whether faults rage.
    void trouble(boolean now) {
        troubled = now;
    }

    // ---- parts ----

    Conditions conditions() {
        return conditions;
    }

    ProtocolSettings settings() {
        return conditions.settings();
    }

    Conditions.Weather weather() {
        return troubled ? conditions.weather() : conditions.calmWeather();
    }

    boolean isTroubled() {
        return troubled;
    }

    Mutation mutation() {
        return mutation;
    }

    Agenda agenda() {
        return agenda;
    }

    long nowNanos() {
        return agenda.nowNanos();
    }

    Counters counters() {
        return counters;
    }

    Trace trace() {
        return trace;
    }

    Invariants invariants() {
        return invariants;
    }

    RulesSeen rules() {
        return rules;
    }

    /// The settings in a process's own file. Only the founder's deduplication window counts (X4), so all others are set
    /// to something else, and every other node to less: whoever followed its own would forget keys that count.
    ProtocolSettings settingsOf(SimulatedProcess process) {
        ProtocolSettings s = conditions.settings();
        boolean founder = process.slot == conditions.nodes() - 1;
        int own = Math.max(1, process.slot % 2 == 0 ? s.dedupWindow() / 4 : s.dedupWindow() * 2);
        return founder ? s : s.with(s.submitTimeout(), s.preemptStable(), own, 0, s.catchupRate());
    }

    SimulatedNetwork network() {
        return network;
    }

    Workload workload() {
        return workload;
    }

    Programs programs() {
        return programs;
    }

    Retentions retentions() {
        return retentions;
    }

    Readers readers() {
        return readers;
    }

    SplittableRandom clientRandom() {
        return clientRandom;
    }

    SplittableRandom faultRandom() {
        return faultRandom;
    }

    /// All machines, also those that were never started.
    List<SimulatedProcess> processes() {
        return Arrays.asList(processes);
    }

    /// The machines that found the cluster.
    List<SimulatedProcess> founders() {
        return Arrays.asList(processes).subList(0, conditions.nodes());
    }

    SimulatedProcess process(int slot) {
        return processes[slot];
    }

    SimulatedProcess node(int id) {
        return processes[id - 1];
    }

    SimulatedProcess at(Address address) {
        return processes[address.port() - 5001];
    }

    /// One of the machines that clients know, up or not: the founding ones, and all where members come and go.
    SimulatedProcess anyProcess(RandomGenerator random) {
        return processes[random.nextInt(conditions.spares() > 1 ? processes.length : conditions.nodes())];
    }
}
