package dev.concord.election;

import dev.concord.protocol.Member;
import dev.concord.protocol.NodeId;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// When a leader hands over to a higher id (E13). Only the leader decides; a riser never takes anything. The heir
/// must have been able and level without break for a time that doubles with each of its recent leaderships, so a
/// flapping node cannot pull the lead to and fro (trap 2).
public final class Preemption {
    /// Doublings of the stable time at most.
    static final int MAX_DOUBLINGS = 6;

    private final long stableNanos;
    private final TreeMap<Member, Long> stableSince = new TreeMap<>();
    private final TreeMap<NodeId, Integer> failedHandovers = new TreeMap<>();

    /// @param stableNanos how long an heir must be stable at least
    public Preemption(long stableNanos) {
        this.stableNanos = stableNanos;
    }

    /// One higher voter as the leader sees it now.
    ///
    /// @param fit it can lead, its link is up, and its log is level
    /// @param recentLeaderships how often it led among the last eight no-ops
    public record Candidate(Member member, boolean fit, int recentLeaderships) {}

    /// Takes in the state of the higher voters and names the heir if its time has come: the highest that is ripe.
    public Optional<Member> heir(List<Candidate> higher, long now) {
        stableSince.keySet().retainAll(higher.stream().map(Candidate::member).toList());
        Member heir = null;
        for (Candidate candidate : higher) {
            if (!candidate.fit) {
                stableSince.remove(candidate.member);
                continue;
            }
            long since = stableSince.computeIfAbsent(candidate.member, m -> now);
            boolean ripe = now - since >= requiredNanos(candidate);
            if (ripe && (heir == null || candidate.member.id().outranks(heir.id()))) {
                heir = candidate.member;
            }
        }
        return Optional.ofNullable(heir);
    }

    private long requiredNanos(Candidate candidate) {
        int failed = failedHandovers.getOrDefault(candidate.member.id(), 0);
        return stableNanos << Math.min(MAX_DOUBLINGS, candidate.recentLeaderships + failed);
    }

    /// The heir did not take over in time: it waits twice as long for its next chance.
    public void handoverFailed(Member heir) {
        stableSince.remove(heir);
        failedHandovers.merge(heir.id(), 1, Integer::sum);
    }

    /// A new leadership begins: nobody has been seen stable yet.
    public void reset() {
        stableSince.clear();
        failedHandovers.clear();
    }
}
