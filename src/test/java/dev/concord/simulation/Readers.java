package dev.concord.simulation;

import dev.concord.node.Effect;
import dev.concord.node.Event;
import dev.concord.protocol.LogEntry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/// Those who read: subscribers with a cursor who follow one node and go on at another (D1), and people who ask how far
/// committed history reaches (D3).
final class Readers {
    /// How often a subscriber looks for a machine that is up, once no faults rage.
    private static final int MAX_TRIES = 20;

    private final Simulation simulation;
    private final List<Subscriber> subscribers = new ArrayList<>();
    private final Map<Long, Long> acknowledgedBefore = new HashMap<>();
    private final SplittableRandom random;
    private long lastRequest;

    private static final class Subscriber {
        private SimulatedProcess at;
        private int boots;
        private long cursor;
    }

    Readers(Simulation simulation, SplittableRandom random) {
        this.simulation = simulation;
        this.random = random;
    }

    void start(int count) {
        for (int i = 0; i < count; i++) {
            Subscriber subscriber = new Subscriber();
            subscribers.add(subscriber);
            wander(subscriber);
        }
        askForHead();
    }

    /// Subscribes at some node for some time, resuming where the last one left off.
    private void wander(Subscriber subscriber) {
        subscriber.at = simulation.anyProcess(random);
        for (int tries = 0; tries < MAX_TRIES && !simulation.isTroubled() && !subscriber.at.isUp(); tries++) {
            subscriber.at = simulation.anyProcess(random); // where many machines were removed, few are left
        }
        subscriber.boots = subscriber.at.boots();
        if (subscriber.at.isUp() && subscriber.at.deliveredChats().size() < subscriber.cursor) {
            simulation.counters().saw(RuleCase.D4_AT_ONE_BEHIND);
        }
        pump(subscriber);
        simulation.agenda().after(500_000_000L + random.nextLong(4_000_000_000L), () -> wander(subscriber));
    }

    void delivered(SimulatedProcess process) {
        for (Subscriber subscriber : subscribers) {
            if (subscriber.at == process && subscriber.boots == process.boots()) {
                pump(subscriber);
            }
        }
    }

    private void pump(Subscriber subscriber) {
        if (!subscriber.at.isUp() || subscriber.at.boots() != subscriber.boots) {
            return;
        }
        List<LogEntry> chats = subscriber.at.deliveredChats();
        long earliest = subscriber.at.disk.firstSeq();
        if (subscriber.cursor + 1 < earliest && subscriber.cursor < chats.size()) { // told so (410), it goes on there
            simulation.counters().saw(RuleCase.C5_READER_TOLD);
            subscriber.cursor = earliest - 1;
        }
        while (subscriber.cursor < chats.size()) {
            LogEntry entry = chats.get((int) subscriber.cursor);
            simulation.invariants().read(subscriber.cursor, entry);
            simulation.counters().saw(RuleCase.D1_READ);
            subscriber.cursor++;
        }
    }

    /// Whether everybody has read everything.
    boolean areAtEnd(long seq) {
        return subscribers.stream().allMatch(s -> s.cursor == seq);
    }

    private void askForHead() {
        SimulatedProcess process = simulation.anyProcess(random);
        if (process.isUp()) {
            long request = ++lastRequest;
            acknowledgedBefore.put(request, simulation.invariants().history().lastAcknowledgedIndex());
            process.take(new Event.HeadRequested(request, process.toNodeTime(simulation.nowNanos() + 1_000_000_000L)));
        }
        simulation.agenda().after(1_000_000_000L + random.nextLong(2_000_000_000L), this::askForHead);
    }

    void headConfirmed(SimulatedProcess process, Effect.AnswerHead answer) {
        Long before = acknowledgedBefore.remove(answer.requestId());
        if (answer.commitIndex() >= 0 && before != null) {
            simulation.counters().count("linearizable read");
            if (answer.commitIndex() < before) {
                throw new InvariantBroken(
                        "HeadIsNeverBehind",
                        process + " confirmed " + answer.commitIndex() + ", but " + before
                                + " was acknowledged before");
            }
        }
    }
}
