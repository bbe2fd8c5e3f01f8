package dev.concord.protocol;

import org.jspecify.annotations.Nullable;

/// What a node says of itself when a link opens (T3). Terms and positions are durable values (S3).
///
/// @param levels what its program knows (V1)
/// @param clusterId null while the node is in no cluster yet (M1)
/// @param level what its log may contain (V2); means nothing without a cluster
public record Hello(
        Levels levels,
        @Nullable ClusterId clusterId,
        Peer self,
        BootId boot,
        Term currentTerm,
        LogPosition last,
        boolean repairing,
        int level) {

    /// Whether these two may talk: there is a level that both programs know, and neither's log is beyond the other's
    /// program (V2, V3). Says why not, or nothing.
    public String mismatch(Hello peer) {
        if (levels.common(peer.levels) == 0) {
            return "it knows " + peer.levels + ", this node " + levels;
        }
        if (clusterId != null && !peer.levels.contains(level)) {
            return peer.levels.refusal(level);
        }
        return peer.clusterId != null && !levels.contains(peer.level)
                ? "its cluster is at level " + peer.level + ", and this node knows " + levels
                : "";
    }
}
