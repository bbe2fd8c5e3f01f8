package dev.concord.simulation;

import dev.concord.node.NodeStatus;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.ProtocolSettings;
import dev.concord.protocol.Role;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;

/// One seed from the founding of a cluster to its end: a safety phase, in which anything may go wrong and
/// nothing may ever be wrong, and a liveness phase, in which all faults are over and everything must get
/// well within a budget (I19).
final class Run {
    private final long seed;
    private final Conditions conditions;
    private final Simulation simulation;
    private final Faults faults;

    Run(long seed) {
        this(seed, new SplittableRandom(seed));
    }

    private Run(long seed, SplittableRandom random) {
        this.seed = seed;
        conditions = Conditions.draw(random);
        simulation = new Simulation(seed, conditions, Mutation.NONE);
        faults = new Faults(simulation, Fault.swarm(conditions.theme(), random));
    }

    /// With all faults of the theme.
    Run(long seed, Conditions conditions, Mutation mutation) {
        this.seed = seed;
        this.conditions = conditions;
        simulation = new Simulation(seed, conditions, mutation);
        faults = new Faults(simulation, Fault.of(conditions.theme()));
    }

    Simulation simulation() {
        return simulation;
    }

    Counters execute() {
        SplittableRandom random = new SplittableRandom(seed);
        if (seed % 2 == 0) {
            simulation.programs().startWithTheOlder();
        }
        if (simulation.retentions().isOn()) {
            simulation.retentions().start();
        }
        for (SimulatedProcess process : simulation.founders()) {
            simulation.agenda().after(random.nextLong(1_500_000_000L), process::start);
        }
        simulation.workload().start(conditions.clients(), simulation.clientRandom());
        simulation.readers().start(2);
        if (!conditions.troubledFounding()) {
            awaitFounding();
        }
        if (conditions.theme() == Conditions.Theme.CALM) {
            strikeMinorityOnly();
        }
        faults.start();
        simulation.runFor(conditions.turmoil());
        simulation.invariants().calm().disarm();
        faults.stop();
        awaitRecovery();
        awaitHighestLeader();
        finish();
        Counters counters = simulation.counters();
        counters.schedules = 1;
        counters.virtualNanos = simulation.nowNanos();
        counters.acknowledged = simulation.workload().acknowledgements();
        return counters;
    }

    private void awaitFounding() {
        Duration budget = Duration.ofSeconds(15).plus(recoveryBudget());
        if (!simulation.runUntil(this::allVote, budget)) {
            throw new InvariantBroken("Liveness", "the cluster is not complete after " + budget + ": " + states());
        }
    }

    /// I18: the leader and a majority stay healthy. The highest id leads when the trouble starts: nothing
    /// else is stable.
    private void strikeMinorityOnly() {
        SimulatedProcess highest = simulation.founders().getLast();
        if (!simulation.runUntil(() -> leaderOrNull() == highest, preemptionBudget())) {
            throw new InvariantBroken("Liveness", "the highest id does not lead: " + states());
        }
        int minority = (conditions.nodes() - 1) / 2;
        List<SimulatedProcess> victims = new ArrayList<>(simulation.founders().subList(0, conditions.nodes() - 1));
        while (victims.size() > minority) {
            victims.remove(simulation.faultRandom().nextInt(victims.size()));
        }
        HashSet<SimulatedProcess> healthy = new HashSet<>(simulation.founders());
        healthy.removeAll(victims);
        faults.strikeOnly(victims);
        simulation.invariants().calm().arm(highest.meta().currentTerm().value(), healthy);
    }

    private void awaitRecovery() {
        long start = simulation.nowNanos();
        Duration budget = recoveryBudget();
        long acknowledged = simulation.workload().acknowledgements();
        boolean well = simulation.runUntil(
                () -> leaderOrNull() != null && simulation.workload().acknowledgements() > acknowledged && allAgree(),
                budget);
        if (!well) {
            throw new InvariantBroken("Liveness", "not well " + budget + " after the last fault: " + states());
        }
        simulation.counters().slowestRecoveryNanos = simulation.nowNanos() - start;
    }

    /// The longest way back, term by term. It assumes the worst of each at the same time.
    private Duration recoveryBudget() {
        ProtocolSettings s = conditions.settings();
        return Duration.ofSeconds(2) // a handshake that was under way when the faults ended times out
                .plus(Duration.ofNanos(SimulatedNetwork.MAX_BACKOFF_NANOS)) // the next dial waits
                .plus(s.leaderTimeout()) // the old leader is suspected
                .plus(s.okTimeout()) // higher ids are asked
                .plus(s.coordinatorTimeout()) // one of them said it takes over, and did not
                .plus(Duration.ofSeconds(10).multipliedBy(2)) // a hold-off at its longest, with its random part (E6)
                .plus(s.claimTimeout().multipliedBy(2)) // a probe, then the claim
                .plus(s.ackTimeout().multipliedBy(2)) // the no-op commits
                .plus(s.submitTimeout()) // a client that waits for its deadline before it tries again
                .plus(Duration.ofSeconds(2)); // and its pause between two tries
    }

    private Duration preemptionBudget() {
        long doubled = 1L << Math.min(6, highestLeaderships());
        ProtocolSettings s = conditions.settings();
        return s.preemptStable()
                .multipliedBy(doubled) // E13: stable for so long
                .plus(s.handoverTimeout().multipliedBy(2)) // a first handover may fail
                .plus(s.preemptStable().multipliedBy(2 * doubled)) // and the wait doubles
                .plus(recoveryBudget());
    }

    /// How often the highest id leads among the last eight no-ops (E13).
    private int highestLeaderships() {
        int count = 0;
        NodeId highest = highestUp().id;
        List<LogEntry> noops = simulation.invariants().history().noops();
        for (LogEntry noop : noops.subList(Math.max(0, noops.size() - 8), noops.size())) {
            count += noop.leader().equals(highest) ? 1 : 0;
        }
        return count;
    }

    private SimulatedProcess highestUp() {
        SimulatedProcess highest = null;
        for (SimulatedProcess process : simulation.processes()) {
            highest = process.isUp() ? process : highest;
        }
        return Objects.requireNonNull(highest);
    }

    private void awaitHighestLeader() {
        if (highestLeaderships() > 2) {
            return; // the wait doubles each time; a few long ones prove no more than many short ones
        }
        // An order to remove a node may still be under way: which node is the highest can change.
        if (!simulation.runUntil(() -> leaderOrNull() == highestUp() || highestLeaderships() > 2, preemptionBudget())) {
            throw new InvariantBroken("Liveness", highestUp() + " is able and does not lead: " + states());
        }
    }

    private void finish() {
        simulation.workload().stopWriting();
        Duration budget = recoveryBudget();
        boolean settled = simulation.runUntil(
                () -> simulation.workload().isSettled()
                        && leaderOrNull() != null
                        && allAgree()
                        && simulation
                                .readers()
                                .areAtEnd(simulation.invariants().history().lastSeq()),
                budget);
        if (!settled) {
            throw new InvariantBroken("Liveness", "clients or readers wait for ever: " + states() + openLetters());
        }
        simulation.invariants().ended();
    }

    private String openLetters() {
        StringBuilder open = new StringBuilder();
        simulation.workload().clients().forEach(c -> open.append(' ').append(c).append(c.openLetters()));
        return open.toString();
    }

    // ---- what is seen from outside ----

    private boolean allVote() {
        SimulatedProcess leader = leaderOrNull();
        if (leader == null || leader.node().status(leader.now()).voters() < conditions.nodes()) {
            return false;
        }
        return allAgree();
    }

    /// Whether all that are up follow the one leader and have the same committed history, without a rest.
    private boolean allAgree() {
        SimulatedProcess leader = leaderOrNull();
        if (leader == null) {
            return false;
        }
        for (SimulatedProcess process : simulation.processes()) { // what is cheap to see, first
            if (process.isUp() && !isLevel(process, leader)) {
                return false;
            }
        }
        NodeStatus leading = leader.node().status(leader.now());
        for (SimulatedProcess process : simulation.processes()) {
            if (process.isUp() && !follows(process, leading)) {
                return false;
            }
        }
        return true;
    }

    private boolean isLevel(SimulatedProcess process, SimulatedProcess leader) {
        long behind = leader.node().commitIndex() - process.node().commitIndex();
        return process.node().currentTerm().equals(leader.node().currentTerm())
                && behind <= conditions.settings().maxPending()
                && (process.deliveredIndex() == leader.deliveredIndex()
                        || !simulation.workload().isSettled());
    }

    private static boolean follows(SimulatedProcess process, NodeStatus leading) {
        NodeStatus status = process.node().status(process.now());
        boolean voter =
                leading.members().stream().anyMatch(m -> m.voter() && m.member().equals(process.member()));
        return voter
                && !status.repairing()
                && status.leader().equals(leading.self().id())
                && status.term().equals(leading.term());
    }

    private SimulatedProcess leaderOrNull() {
        SimulatedProcess leader = null;
        for (SimulatedProcess process : simulation.processes()) {
            if (process.isUp() && process.node().role() == Role.LEADER) {
                if (leader != null) {
                    return null;
                }
                leader = process;
            }
        }
        return leader;
    }

    private String states() {
        StringBuilder states = new StringBuilder();
        for (SimulatedProcess process : simulation.processes()) {
            states.append(System.lineSeparator()).append("  ").append(process).append(' ');
            if (process.isUp()) {
                NodeStatus s = process.node().status(process.now());
                states.append("%s term %s leader %s quorum %s last %d durable %d commit %d voters %d%s"
                        .formatted(
                                s.role(),
                                s.term(),
                                s.leader(),
                                s.quorumReachable(),
                                s.lastIndex(),
                                s.durableIndex(),
                                s.commitIndex(),
                                s.voters(),
                                s.waitingFor().isEmpty() ? "" : " waits for " + s.waitingFor()));
            } else {
                states.append("down");
            }
        }
        return states.toString();
    }
}
