package dev.concord.protocol;

import org.jspecify.annotations.Nullable;

/// What a node must never forget: who it is, the newest term it knows, and to whom it promised that term. A change
/// is effective only once it is durable in both copies (section 3).
///
/// @param clusterId the cluster this store belongs to, or null before it was founded or joined (M1)
/// @param self this member: configured node id and the random id of this data directory
/// @param currentTerm the highest term this node has adopted; never decreases (I2)
/// @param promisedTo who may lead `currentTerm` as far as this node is concerned, or null
/// @param repairing whether acknowledged entries were lost here and are not all back yet (P1)
/// @param removed whether this member was told that it is removed from its cluster (M4)
/// @param level what this directory may contain; raised before anything of that level is written (V4)
public record Meta(
        @Nullable ClusterId clusterId,
        Member self,
        Term currentTerm,
        @Nullable Member promisedTo,
        boolean repairing,
        boolean removed,
        int level) {

    /// The state of a data directory that was just created.
    public static Meta fresh(Member self, int level) {
        return new Meta(null, self, Term.ZERO, null, false, false, level);
    }

    public Meta withTerm(Term term, @Nullable Member promisedTo) {
        return new Meta(clusterId, self, term, promisedTo, repairing, removed, level);
    }

    public Meta withCluster(ClusterId cluster) {
        return new Meta(cluster, self, currentTerm, promisedTo, repairing, removed, level);
    }

    public Meta withRemoved() {
        return new Meta(clusterId, self, currentTerm, promisedTo, repairing, true, level);
    }

    public Meta withRepairing(boolean inRepair) {
        return new Meta(clusterId, self, currentTerm, promisedTo, inRepair, removed, level);
    }

    public Meta withLevel(int next) {
        return new Meta(clusterId, self, currentTerm, promisedTo, repairing, removed, next);
    }
}
