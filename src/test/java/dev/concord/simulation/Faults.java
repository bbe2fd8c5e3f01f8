package dev.concord.simulation;

import dev.concord.node.Event;
import dev.concord.protocol.NodeId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/// What goes wrong, one thing after the other at random, each mended after a while. At most one volume is
/// lost at a time, and only when all others are voters: losing the data of a majority is not tolerated
/// (section 1).
final class Faults {
    private final Simulation simulation;
    private final SplittableRandom random;
    private final List<Fault> possible;
    /// Who was asked to leave, and did not come back as a new store.
    private final Set<SimulatedProcess> leaving = new HashSet<>();

    private List<SimulatedProcess> victims;
    private boolean over;

    /// @param possible the kinds that may occur
    Faults(Simulation simulation, List<Fault> possible) {
        this.simulation = simulation;
        this.random = simulation.faultRandom();
        this.possible = possible;
        this.victims = simulation.founders();
    }

    void start() {
        simulation.trouble(true);
        possible.stream().distinct().forEach(simulation.counters()::on);
        plan();
    }

    /// Only these suffer.
    void strikeOnly(List<SimulatedProcess> processes) {
        victims = processes;
    }

    /// Everything is mended: cuts heal, the dead restart, the sleeping wake.
    void stop() {
        over = true;
        simulation.trouble(false);
        simulation.trace().fault("all faults end");
        simulation.network().heal();
        for (SimulatedProcess process : simulation.processes()) {
            process.diskQueue.endStall();
            process.resume();
            process.take(new Event.DiskSpaceChanged(false, "free"));
            if (process.boots() > 0) {
                process.startAgain();
            }
        }
    }

    private void plan() {
        long mean = simulation.conditions().faultEvery().toNanos();
        simulation.agenda().after(random.nextLong(2 * mean), () -> {
            if (!over) {
                strike();
                plan();
            }
        });
    }

    private void strike() {
        Fault fault = possible.get(random.nextInt(possible.size()));
        SimulatedProcess victim = victims.get(random.nextInt(victims.size()));
        SimulatedProcess other = simulation.anyProcess(random);
        simulation.trace().fault(fault + " " + victim + " " + other);
        simulation.counters().count(Counters.words(fault));
        switch (fault) {
            case KILL -> kill(victim, false);
            case POWER_LOSS -> kill(victim, true);
            case POWER_CUT_FOR_ALL -> simulation.processes().forEach(p -> kill(p, random.nextBoolean()));
            case PAUSE -> pause(victim);
            case DISK_STALL -> victim.diskQueue.stallUntil(simulation.nowNanos() + spell(6_000));
            case ISOLATE -> cut(victim, true, true);
            case DEAF -> cut(victim, true, false);
            case MUTE -> cut(victim, false, true);
            case SPLIT -> split();
            case CUT_LINK -> {
                simulation.network().partition(victim).from(other);
                healLater(victim, other);
            }
            case CUT_ONE_WAY -> {
                simulation.network().cutOneWay(victim, other);
                healLater(victim, other);
            }
            case RESET -> simulation.network().reset(victim, other);
            case CLOCK_JUMP -> victim.jumpWallClock(random.nextLong(-100_000, 100_000));
            case WIPE -> wipe(victim);
            case DAMAGE -> damage(victim);
            case FULL_DISK -> fillDisk(victim);
            case HANDOVER -> handOver(random.nextBoolean() ? victim.id : NodeId.NONE);
            case GRACEFUL_STOP -> gracefulStop(victim);
            case NEW_NODE -> startSpare();
            case REMOVE -> remove(victim);
            case REJOIN -> rejoin();
            case FLAP -> flap(victim, 4 + random.nextInt(8));
        }
    }

    private long spell(int maxMillis) {
        return 10_000_000L + random.nextLong(maxMillis * 1_000_000L);
    }

    private void kill(SimulatedProcess process, boolean silent) {
        if (process.isUp()) {
            process.die(silent);
            restartLater(process);
        }
    }

    private void restartLater(SimulatedProcess process) {
        simulation.agenda().after(spell(random.nextBoolean() ? 300 : 5_000), process::startAgain);
    }

    private void pause(SimulatedProcess process) {
        if (!process.isPaused()) {
            process.pause();
            simulation.agenda().after(spell(random.nextBoolean() ? 500 : 5_000), process::resume);
        }
    }

    private void cut(SimulatedProcess victim, boolean in, boolean out) {
        for (SimulatedProcess other : simulation.processes()) {
            if (in) {
                simulation.network().cutOneWay(other, victim);
            }
            if (out) {
                simulation.network().cutOneWay(victim, other);
            }
            healLater(victim, other);
        }
    }

    private void split() {
        List<SimulatedProcess> left = new ArrayList<>();
        List<SimulatedProcess> right = new ArrayList<>();
        simulation.processes().forEach(p -> (random.nextBoolean() ? left : right).add(p));
        simulation
                .network()
                .partition(left.toArray(SimulatedProcess[]::new))
                .from(right.toArray(SimulatedProcess[]::new));
        simulation.agenda().after(spell(6_000), simulation.network()::heal);
    }

    private void healLater(SimulatedProcess a, SimulatedProcess b) {
        simulation.agenda().after(spell(6_000), () -> simulation.network().heal(a, b));
    }

    private void flap(SimulatedProcess victim, int times) {
        if (times > 0 && !over) {
            cut(victim, true, true);
            simulation.agenda().after(spell(800), () -> {
                simulation.processes().forEach(p -> simulation.network().heal(victim, p));
                simulation.agenda().after(spell(800), () -> flap(victim, times - 1));
            });
        }
    }

    private void handOver(NodeId target) {
        simulation.founders().forEach(p -> p.take(new Event.HandoverRequested(1, target)));
    }

    /// The reserve of a disk is touched, and free again later (S8).
    private void fillDisk(SimulatedProcess process) {
        process.take(new Event.DiskSpaceChanged(true, "full"));
        simulation.agenda().after(spell(6_000), () -> process.take(new Event.DiskSpaceChanged(false, "free")));
    }

    private void gracefulStop(SimulatedProcess process) {
        if (process.isUp()) {
            process.take(new Event.StopRequested());
            int boots = process.boots();
            simulation.agenda().after(spell(1_500), () -> {
                if (process.boots() == boots) {
                    kill(process, false);
                }
            });
        }
    }

    private void startSpare() {
        simulation.processes().stream()
                .filter(p -> p.boots() == 0 && !simulation.founders().contains(p))
                .findFirst()
                .ifPresent(SimulatedProcess::start);
    }

    /// An operator asks some node to take another one out, or that very one (M5), but leaves one of those that new
    /// nodes are told of: who knows only nodes that are gone finds no cluster.
    private void remove(SimulatedProcess victim) {
        List<SimulatedProcess> known =
                simulation.processes().stream().filter(p -> p.boots() > 0).toList();
        if (known.isEmpty()) {
            return;
        }
        SimulatedProcess target = random.nextBoolean() ? victim : known.get(random.nextInt(known.size()));
        SimulatedProcess asked = known.get(random.nextInt(known.size()));
        if (simulation.founders().stream().anyMatch(p -> p != target && !leaving.contains(p))) {
            leaving.add(target);
            asked.take(new Event.RemovalRequested(1, target.id));
        }
    }

    /// A removed node comes back with an empty volume, and so as a new store.
    /// One at a time: a majority of the list that comes back empty at once is another cluster's founder (M1).
    private void rejoin() {
        boolean othersVote = simulation.founders().stream()
                .allMatch(p -> p.isRemoved()
                        || p.boots() > 0 && simulation.invariants().isVoter(p.member()));
        simulation.processes().stream()
                .filter(p -> othersVote && p.isRemoved())
                .findFirst()
                .ifPresent(p -> {
                    leaving.remove(p);
                    p.wipe();
                    p.start();
                });
    }

    private void wipe(SimulatedProcess process) {
        boolean whole = simulation.founders().stream().noneMatch(p -> p.disk.isIncomplete());
        if (process.isUp() && whole && everybodyVotes()) {
            process.die(random.nextBoolean());
            process.wipe();
            simulation.counters().count("volume lost");
            restartLater(process);
        }
    }

    /// Any durable entry of a minority may go, acknowledged or not: the newest most often, because those matter
    /// most. Damage to what is younger than the mark together with a power cut is not tolerated (S6): T5 stops
    /// the node.
    private void damage(SimulatedProcess process) {
        List<SimulatedProcess> founders = simulation.founders();
        long others = founders.stream()
                .filter(p -> p != process && p.disk.isIncomplete())
                .count();
        boolean minority = others < founders.size() - founders.size() / 2 - 1;
        if (!process.isUp() || !minority || !everybodyVotes()) {
            return;
        }
        process.die(random.nextBoolean());
        long last = process.disk.markedIndex();
        if (last > 0) {
            long depth = random.nextLong(random.nextBoolean() ? Math.min(20, last) : last);
            if (last - depth > process.disk.start().index()) {
                process.damage(last - depth, random.nextBoolean());
            } else { // that entry is one of those that the snapshot stands for
                process.damageSnapshot();
            }
            simulation.counters().count("log damaged");
        }
        restartLater(process);
    }

    private boolean everybodyVotes() {
        return simulation.founders().stream()
                .allMatch(p ->
                        p.boots() > 0 && !p.isWiped() && simulation.invariants().isVoter(p.member()));
    }
}
