package dev.concord.simulation;

import java.util.ArrayList;
import java.util.List;

/// How often the runs met each case of each rule, for people, and which they never met.
final class RuleTable {
    /// So many runs meet every case; fewer may miss one that is rare.
    static final long ENOUGH_SCHEDULES = 4_000;

    private RuleTable() {}

    /// The cases that no run has met: a rule that is never exercised is not shown to hold.
    static List<RuleCase> neverMet(Counters counters) {
        List<RuleCase> never = new ArrayList<>();
        for (RuleCase one : RuleCase.values()) {
            if (counters.of(one) == 0) {
                never.add(one);
            }
        }
        return never;
    }

    static String of(Counters counters) {
        StringBuilder table = new StringBuilder("rules met by %,d schedules:".formatted(counters.schedules));
        for (RuleCase one : RuleCase.values()) {
            table.append("%n  %-4s %,14d  %s".formatted(one.rule(), counters.of(one), one.words()));
        }
        return table.toString();
    }
}
