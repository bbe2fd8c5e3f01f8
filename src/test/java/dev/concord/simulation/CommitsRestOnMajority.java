package dev.concord.simulation;

import dev.concord.protocol.Configuration;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.Member;
import dev.concord.protocol.Peer;
import dev.concord.protocol.Role;
import dev.concord.protocol.Term;
import java.util.List;
import java.util.Map;

/// R6, I16: whoever commits first leads, the last entry committed is of its own term (trap 8), and a
/// majority of the voters in its log hold that entry on their disks: the very stores, intact, not other ones
/// under the same number.
final class CommitsRestOnMajority implements Invariant.OfDeliveries {
    private final Simulation simulation;
    private final Map<Member, List<LogEntry>> wiped;
    private final Map<Member, List<LogEntry>> damaged;
    private long committed;

    CommitsRestOnMajority(
            Simulation simulation, Map<Member, List<LogEntry>> wiped, Map<Member, List<LogEntry>> damaged) {
        this.simulation = simulation;
        this.wiped = wiped;
        this.damaged = damaged;
    }

    @Override
    public void delivering(SimulatedProcess process, LogEntry entry, boolean lastOfItsBatch) {
        if (!lastOfItsBatch || entry.index() <= committed) {
            return;
        }
        committed = entry.index();
        boolean leads = process.node().role() == Role.LEADER;
        require(leads, process, "does not lead and is the first to commit", entry);
        Term term = process.meta().currentTerm();
        require(entry.term().equals(term), process, "counted replicas in term", term, "of", entry);
        Configuration configuration = process.configuration();
        int holders = 0;
        for (Peer voter : configuration.voters()) {
            holders += holds(voter.member(), entry) ? 1 : 0;
        }
        if (holders < configuration.majority()) {
            int voters = configuration.voters().size();
            require(false, process, "committed", entry, "which is durable on", holders, "of", voters, "voters");
        }
    }

    private boolean holds(Member voter, LogEntry entry) {
        List<LogEntry> lost = wiped.get(voter);
        if (lost != null) {
            return held(lost, entry);
        }
        for (SimulatedProcess process : simulation.processes()) {
            if (process.boots() > 0 && process.member().equals(voter)) {
                if (process.disk.isIncomplete()) { // what it acknowledged before was true, and no leader may forget it
                    return held(damaged.getOrDefault(voter, List.of()), entry);
                }
                return process.disk.durableIndex() >= entry.index()
                        && process.disk.entry(entry.index()).hash().equals(entry.hash());
            }
        }
        return false;
    }

    private static boolean held(List<LogEntry> log, LogEntry entry) {
        return log.size() >= entry.index()
                && log.get((int) entry.index() - 1).hash().equals(entry.hash());
    }
}
