package dev.concord.election;

import dev.concord.protocol.Member;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.PeerMessage.Claim;
import dev.concord.protocol.PeerMessage.PromiseReason;
import dev.concord.protocol.Term;
import org.jspecify.annotations.Nullable;

/// Whether to promise a term to a claimant (E8). Pure; what it says about a probe is what it would say about the claim.
public final class GrantRule {
    private GrantRule() {}

    /// What the voter knows when a claim arrives.
    ///
    /// @param hearsLeader `leader_ok` (F3)
    /// @param leadsWithQuorum whether the voter itself leads and reaches a majority
    /// @param leader the leader of `currentTerm` as far as known, itself if it leads
    public record Voter(
            Term currentTerm,
            @Nullable Member promisedTo,
            boolean hearsLeader,
            boolean leadsWithQuorum,
            NodeId leader) {}

    /// The answer to a claim of `claimant`. Membership of the claimant in the voter's configuration is not required:
    /// that may be old, and E11 counts members of the adopted configuration only.
    public static PromiseReason judge(Voter voter, Member claimant, Claim claim) {
        boolean newer = claim.claimTerm().isAfter(voter.currentTerm);
        boolean again = claim.claimTerm().equals(voter.currentTerm) && claimant.equals(voter.promisedTo);
        if (!newer && !again) {
            return PromiseReason.STALE_TERM;
        }
        boolean handedOver = claim.handoverFrom().isPresent()
                && claim.handoverFrom().equals(voter.leader)
                && claim.handoverTerm().equals(voter.currentTerm);
        boolean leaderAlive = voter.hearsLeader || voter.leadsWithQuorum;
        return leaderAlive && !handedOver ? PromiseReason.LEADER_ALIVE : PromiseReason.GRANTED;
    }
}
