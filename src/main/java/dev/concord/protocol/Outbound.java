package dev.concord.protocol;

/// Where the rules put what they want to say to another node. Never blocks, never fails; messages may vanish.
@FunctionalInterface
public interface Outbound {
    void send(NodeId to, PeerMessage message);
}
