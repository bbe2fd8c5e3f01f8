package dev.concord.simulation;

import dev.concord.node.Effect;
import dev.concord.node.Event;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// How often each thing happened: a fault that never occurs or a message that is never sent is a hole in the net.
final class Counters {
    private final Map<String, long[]> named = new HashMap<>();
    private final Map<Class<?>, long[]> typed = new HashMap<>();
    private final EnumMap<Fault, long[]> on = new EnumMap<>(Fault.class);
    private final EnumMap<RuleCase, long[]> cases = new EnumMap<>(RuleCase.class);
    long steps;
    long schedules;
    long leaderChanges;
    long commits;
    long acknowledged;
    long virtualNanos;
    long cpuNanos;
    long slowestRecoveryNanos;

    Counters() {
        for (RuleCase seen : RuleCase.values()) {
            cases.put(seen, new long[1]);
        }
    }

    void count(String what) {
        named.computeIfAbsent(what, w -> new long[1])[0]++;
    }

    /// This run knows that kind of fault.
    void on(Fault fault) {
        on.computeIfAbsent(fault, f -> new long[1])[0]++;
    }

    void saw(RuleCase seen) {
        cases.get(seen)[0]++;
    }

    /// How often a case of a rule was met.
    long of(RuleCase seen) {
        return cases.get(seen)[0];
    }

    void step(Event event) {
        steps++;
        type(event instanceof Event.Received received ? received.message().getClass() : event.getClass());
    }

    void effect(Effect effect) {
        if (!(effect instanceof Effect.Send)) {
            type(effect.getClass());
        }
    }

    private void type(Class<?> type) {
        long[] count = typed.get(type); // at every step: no lambda
        if (count == null) {
            count = new long[1];
            typed.put(type, count);
        }
        count[0]++;
    }

    void add(Counters other) {
        other.named.forEach((k, v) -> named.computeIfAbsent(k, w -> new long[1])[0] += v[0]);
        other.typed.forEach((k, v) -> typed.computeIfAbsent(k, w -> new long[1])[0] += v[0]);
        other.on.forEach((fault, n) -> on.computeIfAbsent(fault, f -> new long[1])[0] += n[0]);
        other.cases.forEach((seen, n) -> cases.get(seen)[0] += n[0]);
        steps += other.steps;
        schedules += other.schedules;
        leaderChanges += other.leaderChanges;
        commits += other.commits;
        acknowledged += other.acknowledged;
        virtualNanos += other.virtualNanos;
        cpuNanos += other.cpuNanos;
        slowestRecoveryNanos = Math.max(slowestRecoveryNanos, other.slowestRecoveryNanos);
    }

    static String words(Fault fault) {
        return fault.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /// One line of totals, and one of everything else. A step is one event that one node takes in, with all
    /// that it orders and all checks of it. Steps are told per second of the clock, of all cores together, and
    /// per second of CPU time of the threads that run them: that is what one core does.
    String report(long wallNanos) {
        long perSecond = Math.round(steps * 1e9 / Math.max(1, wallNanos));
        long perCpuSecond = Math.round(steps * 1e9 / Math.max(1, cpuNanos));
        Map<String, Long> types = new TreeMap<>();
        typed.forEach((type, n) -> types.put(type.getSimpleName(), n[0]));
        return "simulation: %,d schedules, %,d steps, %,d steps/s, %,d steps per CPU second, %,d s of virtual time, "
                        .formatted(schedules, steps, perSecond, perCpuSecond, virtualNanos / 1_000_000_000)
                + "%,d leader changes, %,d commits, %,d acknowledged, slowest recovery %,d ms%n"
                        .formatted(leaderChanges, commits, acknowledged, slowestRecoveryNanos / 1_000_000)
                + "  schedules that know a fault: "
                + on.entrySet().stream()
                        .map(e -> words(e.getKey()) + " " + e.getValue()[0])
                        .collect(Collectors.joining(", "))
                + System.lineSeparator() + "  faults: "
                + new TreeMap<>(named)
                        .entrySet().stream()
                                .map(e -> e.getKey() + " " + e.getValue()[0])
                                .collect(Collectors.joining(", "))
                + System.lineSeparator() + "  events and effects: " + types;
    }
}
