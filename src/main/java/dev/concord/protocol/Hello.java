package dev.concord.protocol;

import org.jspecify.annotations.Nullable;

/// What a node says of itself when a link opens (T3). Terms and positions are durable values (S3).
///
/// @param clusterId null while the node is in no cluster yet (M1)
public record Hello(
        int protocolVersion,
        @Nullable ClusterId clusterId,
        Peer self,
        BootId boot,
        Term currentTerm,
        LogPosition last,
        boolean repairing) {
    /// Version of the peer protocol that this code speaks.
    public static final int PROTOCOL_VERSION = 1;
}
