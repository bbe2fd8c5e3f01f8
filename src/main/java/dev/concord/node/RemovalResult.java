package dev.concord.node;

import dev.concord.protocol.Member;
import dev.concord.protocol.NodeId;

/// What became of an operator's order to take a member out (M5).
public sealed interface RemovalResult {
    /// It is out, and that is committed; perhaps it was before.
    record Removed(Member member) implements RemovalResult {}

    /// The cluster has no node of this number, and removed none.
    record NotAMember(NodeId node) implements RemovalResult {}

    /// It stays, because without it the cluster could not go on. Nothing was changed.
    record Refused(Reason reason) implements RemovalResult {}

    /// Not done in time. It may still happen; asking again is safe.
    ///
    /// @param why what the removal was waiting for
    record Unfinished(String why) implements RemovalResult {}

    enum Reason {
        /// It is the last voter.
        LAST_VOTER,
        /// The voters that would be left and are in reach are no majority of those left (M2 d).
        NO_QUORUM
    }
}
