package dev.concord.simulation;

import dev.concord.node.ChatNode;
import dev.concord.node.Effect;
import dev.concord.node.Event;
import dev.concord.node.Founding;
import dev.concord.node.Now;
import dev.concord.node.Recovery;
import dev.concord.protocol.Address;
import dev.concord.protocol.BootId;
import dev.concord.protocol.Configuration;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.Member;
import dev.concord.protocol.Meta;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.Peer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;

/// One machine of the simulated cluster: a disk that outlives boots, and at most one process that runs a
/// node and carries out its effects as the runtime would.
final class SimulatedProcess {
    /// Messages that wait for a paused process; more are lost, as in full socket buffers.
    private static final int MAX_BACKLOG = 5_000;

    final int slot;
    final NodeId id;
    final Address address;
    final SimulatedDisk disk;
    final DiskQueue diskQueue;
    final Desk desk;

    private final Simulation simulation;
    private final Founding founding;
    private final SplittableRandom random;
    private final ArrayDeque<Event> backlog = new ArrayDeque<>();

    private ChatNode node;
    private Peer self;
    private BootId boot;
    private Meta meta;
    private final ArrayList<LogEntry> log = new ArrayList<>();
    /// Those entries of the log that change the configuration.
    private final ArrayList<LogEntry> configurations = new ArrayList<>();
    private final ArrayList<LogEntry> deliveredChats = new ArrayList<>();
    private long deliveredIndex;
    private int boots;
    private boolean paused;
    private boolean wiped;
    private boolean removed;
    private long clockOffsetNanos;
    private long wallOffsetMillis;
    private long wakeUpAt;
    private long lastPauseEnd;

    SimulatedProcess(Simulation simulation, int slot, NodeId id, Address address, Founding founding, long seed) {
        this.simulation = simulation;
        this.slot = slot;
        this.id = id;
        this.address = address;
        this.founding = founding;
        this.random = new SplittableRandom(seed);
        this.disk = new SimulatedDisk(
                id, random.split(), index -> simulation.invariants().history().entry(index));
        this.diskQueue = new DiskQueue(simulation, this, random.split());
        this.desk = new Desk(simulation, this);
    }

    // ---- life and death ----

    /// Starts the process on what its disk holds.
    void start() {
        if (disk.saysRemoved()) { // the runtime refuses to start on it (M4)
            removed = true;
            return;
        }
        boots++;
        wiped = false;
        simulation.mutation().starting(this);
        if (disk.markedIndex() < disk.lastIndex()) {
            simulation.counters().saw(RuleCase.S7_BEHIND_THE_MARK);
        }
        Recovery recovery = simulation.mutation().recovered(this, disk.recover());
        if (recovery.meta().repairing() && meta != null && !meta.repairing()) {
            simulation.counters().saw(RuleCase.S6_DAMAGE_FOUND);
        }
        boot = new BootId(new UUID(id.value(), boots));
        meta = recovery.meta();
        self = new Peer(meta.self(), address, "http://" + address.host());
        clockOffsetNanos = random.nextLong(1L << 62) - (1L << 61);
        cutFrom(1);
        for (long i = 1; i <= disk.lastIndex(); i++) {
            append(disk.entry(i));
        }
        deliveredChats.clear();
        deliveredIndex = recovery.commitIndex();
        log.subList(0, (int) deliveredIndex).stream().filter(LogEntry::isChat).forEach(deliveredChats::add);
        diskQueue.started(meta);
        wakeUpAt = Long.MAX_VALUE;
        node = new ChatNode(
                self, boot, simulation.settingsOf(this), simulation.programs().of(this), founding, recovery, now());
        simulation.trace().line(this, "starts", recovery);
        simulation.invariants().booted(this, recovery);
        simulation.rules().booted(this, recovery);
        simulation.network().started(this);
        take(new Event.TimePassed());
    }

    /// The process is gone, at once; its peers notice, or do not when the whole machine lost its power.
    void die(boolean silent) {
        if (!isUp()) {
            return;
        }
        simulation.trace().line(this, silent ? "loses power" : "is killed", "");
        node = null;
        paused = false;
        backlog.clear();
        long before = disk.lastIndex();
        diskQueue.crash();
        if (disk.lastIndex() < before) {
            simulation.counters().saw(RuleCase.S3_UNSYNCED_LOST);
        }
        desk.crash();
        simulation.network().died(this, silent);
    }

    /// The volume is emptied: the next start is that of a new store (M3).
    void wipe() {
        simulation.invariants().wiping(this);
        disk.wipe(random.split());
        wiped = true;
        removed = false;
    }

    /// The disk of a dead process loses durable entries: from this one on nothing can be read, or is there
    /// at all.
    void damage(long index, boolean endsCleanly) {
        simulation.invariants().damaging(this);
        if (endsCleanly) {
            disk.loseTail(index);
        } else {
            disk.damage(index);
        }
    }

    /// The snapshot on the disk of a dead process rots.
    void damageSnapshot() {
        simulation.invariants().damaging(this);
        simulation.counters().count("snapshot damaged");
        disk.damageSnapshot();
    }

    void pause() {
        paused = isUp();
    }

    /// Wakes up: first everything that arrived meanwhile, then the clock.
    void resume() {
        if (!paused) {
            return;
        }
        paused = false;
        lastPauseEnd = simulation.nowNanos();
        simulation.trace().line(this, "wakes up, events waiting:", backlog.size());
        if (!backlog.isEmpty()) {
            simulation.counters().saw(RuleCase.F6_BACKLOG_FIRST);
        }
        while (isUp() && !backlog.isEmpty()) {
            run(backlog.removeFirst());
        }
        if (isUp()) {
            run(new Event.TimePassed());
        }
    }

    /// Starts the process unless it is up.
    void startAgain() {
        if (!isUp() && !removed) {
            simulation.counters().count("restart");
            start();
        }
    }

    // ---- one step ----

    void take(Event event) {
        if (!isUp()) {
            return;
        }
        if (paused) {
            if (backlog.size() < MAX_BACKLOG || !(event instanceof Event.Received)) {
                backlog.add(event);
            }
            return;
        }
        run(event);
    }

    private void run(Event happened) {
        Event event = simulation.mutation().event(this, happened);
        if (event == null) {
            return;
        }
        simulation.stepping(this, event);
        RulesSeen rules = simulation.rules();
        rules.before(this);
        List<Effect> ordered = node.step(event, now(), random);
        rules.after(this, event, ordered);
        List<Effect> effects = simulation.mutation().effects(this, event, ordered);
        int bootBefore = boots;
        for (Effect effect : effects) {
            simulation.effect(this, effect);
            carryOut(effect);
            if (!isUp() || boots != bootBefore) {
                return;
            }
        }
        node.checkInvariants();
        armTimer();
    }

    private void carryOut(Effect effect) {
        switch (effect) {
            case Effect.Send send -> simulation.network().send(this, send.to(), send.message());
            case Effect.Append append -> {
                for (LogEntry entry : append.entries()) {
                    if (entry.index() != log.size() + 1) {
                        throw new InvariantBroken("LogMatching", this + " appends " + entry + " after " + log.size());
                    }
                    append(entry);
                }
                diskQueue.add(append, append.ticket());
            }
            case Effect.Rewind rewind -> {
                cutFrom(rewind.fromIndex());
                diskQueue.add(rewind, rewind.ticket());
            }
            case Effect.InstallSnapshot install -> {
                simulation.counters().count("snapshot installed");
                cutFrom(1);
                for (long i = 1; i <= install.snapshot().index(); i++) {
                    append(simulation.invariants().history().entry(i));
                }
                diskQueue.add(install, install.ticket());
            }
            case Effect.SkipTo skip -> {
                deliveredChats.clear();
                deliveredIndex = skip.snapshot().index();
                log.subList(0, (int) deliveredIndex).stream()
                        .filter(LogEntry::isChat)
                        .forEach(deliveredChats::add);
                simulation.readers().delivered(this);
            }
            case Effect.WriteMeta write -> {
                meta = write.meta();
                diskQueue.add(write, write.ticket());
            }
            case Effect.ReadLog read -> diskQueue.read(read);
            case Effect.Deliver deliver -> {
                for (LogEntry entry : deliver.entries()) {
                    if (entry.index() != ++deliveredIndex) {
                        throw new InvariantBroken("EveryoneDeliversTheSameOrder", this + " skips to " + entry);
                    }
                    if (entry.isChat()) {
                        deliveredChats.add(entry);
                    }
                }
                diskQueue.noteCommit(deliver);
                simulation.readers().delivered(this);
            }
            case Effect.Answer answer -> desk.answer(answer.requestId(), answer.result());
            case Effect.AnswerHello answer -> simulation.network().answered(this, answer.helloId(), answer.refusal());
            case Effect.AnswerHandover _, Effect.AnswerRaise _ -> {}
            case Effect.AnswerRemoval answer -> simulation.invariants().removalAnswered(this, answer.result());
            case Effect.AnswerHead answer -> simulation.readers().headConfirmed(this, answer);
            case Effect.Dial dial -> simulation.network().keepLinks(this, dial.peers(), dial.unknown());
            case Effect.Announce _ -> {}
            case Effect.Halt halt -> simulation.halted(this, halt);
        }
    }

    private void append(LogEntry entry) {
        log.add(entry);
        if (entry.kind() == LogEntry.Kind.CONFIG) {
            configurations.add(entry);
        }
    }

    private void cutFrom(long index) {
        log.subList((int) index - 1, log.size()).clear();
        while (!configurations.isEmpty() && configurations.getLast().index() >= index) {
            configurations.removeLast();
        }
    }

    private void armTimer() {
        long due = Math.max(node.nextWakeUpNanos() - clockOffsetNanos, simulation.nowNanos() + 1_000);
        if (due < wakeUpAt) {
            wakeUpAt = due;
            int bootThen = boots;
            simulation.agenda().at(due, () -> timer(due, bootThen));
        }
    }

    private void timer(long due, int bootThen) {
        if (boots != bootThen || wakeUpAt != due) {
            return;
        }
        wakeUpAt = Long.MAX_VALUE;
        if (!isUp() || paused) {
            return; // resume() ends with a step of its own
        }
        if (node.nextWakeUpNanos() - clockOffsetNanos > simulation.nowNanos()) {
            armTimer();
        } else {
            run(new Event.TimePassed());
        }
    }

    // ---- what others may know ----

    Simulation simulation() {
        return simulation;
    }

    boolean isUp() {
        return node != null;
    }

    boolean isPaused() {
        return paused;
    }

    /// Whether its volume was emptied since its last start.
    boolean isWiped() {
        return wiped;
    }

    /// Whether it found out at a start that its store was removed; it does not run any more.
    boolean isRemoved() {
        return removed;
    }

    int boots() {
        return boots;
    }

    BootId boot() {
        return boot;
    }

    Peer self() {
        return self;
    }

    Member member() {
        return self.member();
    }

    ChatNode node() {
        return node;
    }

    /// The meta record as last ordered, durable or not.
    Meta meta() {
        return meta;
    }

    /// The log as ordered, durable or not.
    List<LogEntry> log() {
        return log;
    }

    long lastIndex() {
        return log.size();
    }

    LogEntry entry(long index) {
        return log.get((int) index - 1);
    }

    /// The latest configuration in the log, committed or not, is the one in force.
    Configuration configuration() {
        return configurations.isEmpty()
                ? Configuration.EMPTY
                : configurations.getLast().configuration();
    }

    long deliveredIndex() {
        return deliveredIndex;
    }

    /// The committed messages, seq 1 first.
    List<LogEntry> deliveredChats() {
        return deliveredChats;
    }

    long lastPauseEnd() {
        return lastPauseEnd;
    }

    Now now() {
        return new Now(
                simulation.nowNanos() + clockOffsetNanos,
                Simulation.EPOCH_MILLIS + simulation.nowNanos() / 1_000_000 + wallOffsetMillis);
    }

    long toNodeTime(long simulationNanos) {
        return simulationNanos + clockOffsetNanos;
    }

    /// The wall clock jumps; nothing may depend on it (F1).
    void jumpWallClock(long millis) {
        wallOffsetMillis += millis;
        simulation.counters().saw(RuleCase.F1_CLOCK_JUMPS);
    }

    @Override
    public String toString() {
        return "n" + id;
    }
}
