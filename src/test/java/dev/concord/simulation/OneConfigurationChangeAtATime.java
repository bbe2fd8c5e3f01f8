package dev.concord.simulation;

import dev.concord.protocol.Configuration;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.Member;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.Peer;
import dev.concord.protocol.Role;
import java.util.HashSet;
import java.util.Set;

/// I15, M2: a leader changes the configuration only when the last change and an entry of its own term are committed
/// (trap 10), and by one voter at most.
final class OneConfigurationChangeAtATime implements Invariant.OfAppends {
    @Override
    public void appending(SimulatedProcess process, LogEntry entry) {
        if (entry.kind() != LogEntry.Kind.CONFIG || process.lastIndex() == 0) {
            return;
        }
        if (process.node().role() != Role.LEADER) {
            return;
        }
        long committed = process.deliveredIndex();
        require(
                committed > 0 && process.entry(committed).term().equals(entry.term()),
                process,
                "changes the configuration before anything of term",
                entry.term(),
                "is committed");
        for (long i = process.lastIndex(); i > 0; i--) {
            LogEntry before = process.entry(i);
            if (before.kind() == LogEntry.Kind.CONFIG) {
                require(
                        i <= committed,
                        process,
                        "changes the configuration at",
                        entry.index(),
                        "before",
                        i,
                        "is committed");
                require(difference(before, entry) <= 1, process, "goes from", before, "to", entry);
                return;
            }
        }
    }

    private static int difference(LogEntry before, LogEntry after) {
        Set<Member> either = voters(before.configuration());
        Set<Member> both = new HashSet<>(either);
        both.retainAll(voters(after.configuration()));
        either.addAll(voters(after.configuration()));
        return either.size() - both.size();
    }

    private static Set<Member> voters(Configuration configuration) {
        Set<Member> members = new HashSet<>();
        for (Peer peer : configuration.voters()) {
            NodeId id = peer.id();
            members.add(new Member(id, peer.member().store()));
        }
        return members;
    }
}
