package dev.concord.simulation;

import dev.concord.protocol.Configuration;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.Member;
import dev.concord.protocol.Peer;
import dev.concord.protocol.Role;
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
        require(
                process.node().role() == Role.LEADER,
                process,
                "does not lead and is the first to commit",
                entry.position());
        require(
                entry.term().equals(process.meta().currentTerm()),
                process,
                "counted replicas of",
                entry.position(),
                "in term",
                process.meta().currentTerm());
        Configuration configuration = configuration(process);
        long holders = configuration.voters().stream()
                .map(Peer::member)
                .filter(voter -> holds(voter, entry))
                .count();
        require(
                holders >= configuration.majority(),
                process,
                "committed",
                entry.position(),
                "which is durable on",
                holders,
                "of",
                configuration.voters().size(),
                "voters");
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

    /// The latest configuration in the log, committed or not, is the one in force.
    private static Configuration configuration(SimulatedProcess process) {
        for (long i = process.lastIndex(); i > 0; i--) {
            if (process.entry(i).kind() == LogEntry.Kind.CONFIG) {
                return process.entry(i).configuration();
            }
        }
        return Configuration.EMPTY;
    }
}
