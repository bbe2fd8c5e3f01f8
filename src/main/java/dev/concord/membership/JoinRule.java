package dev.concord.membership;

import dev.concord.protocol.Configuration;
import dev.concord.protocol.Member;
import dev.concord.protocol.Peer;
import dev.concord.protocol.PeerMessage.JoinStatus;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What the leader does about a JOIN (M2, M3). Pure: facts in, decision out.
public final class JoinRule {
    private JoinRule() {}

    /// @param status what the joiner is told
    /// @param reason for people; the name of a refusal if the status is REJECTED
    /// @param next the configuration to append, or null for none
    public record Decision(
            JoinStatus status, String reason, @Nullable Configuration next) {}

    /// Decides about a joiner.
    ///
    /// @param joiner who asks
    /// @param configuration in force
    /// @param configurationCommitted whether it is committed
    /// @param mayChange whether a change may be appended now (M2 a, b)
    /// @param oldStoreAlive whether the link to a listed member with the joiner's node id is up
    /// @param oldStoreReplaceable whether that member has been silent for `replace_after`
    public static Decision decide(
            Peer joiner,
            Configuration configuration,
            boolean configurationCommitted,
            boolean mayChange,
            boolean oldStoreAlive,
            boolean oldStoreReplaceable) {
        Member member = joiner.member();
        if (configuration.removed().contains(member)) { // an uncommitted removal may be rewound
            return configurationCommitted
                    ? new Decision(JoinStatus.REJECTED, "REMOVED", null)
                    : new Decision(JoinStatus.PENDING, "your removal is not committed yet", null);
        }
        if (configuration.contains(member)) {
            return configurationCommitted
                    ? new Decision(JoinStatus.ACCEPTED, "", null)
                    : new Decision(JoinStatus.PENDING, "the change that adds you is not committed yet", null);
        }
        Optional<Peer> old = configuration.peer(joiner.id());
        if (old.isPresent()) {
            if (oldStoreAlive) {
                return new Decision(JoinStatus.REJECTED, "DUPLICATE_NODE_ID", null);
            }
            if (!oldStoreReplaceable || !mayChange) {
                return new Decision(JoinStatus.PENDING, "another store has this node id and is not given up yet", null);
            }
            return new Decision(
                    JoinStatus.PENDING,
                    "the silent store with this node id is being removed",
                    configuration.without(old.get().member()));
        }
        boolean full = configuration.peers().count() >= Configuration.MAX_VOTERS;
        if (full) {
            return new Decision(
                    JoinStatus.PENDING, "the cluster has " + Configuration.MAX_VOTERS + " members already", null);
        }
        if (!mayChange) {
            return new Decision(JoinStatus.PENDING, "another change is under way", null);
        }
        return new Decision(JoinStatus.PENDING, "being added", configuration.withLearner(joiner));
    }
}
