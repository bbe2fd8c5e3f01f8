package dev.concord.runtime;

import dev.concord.protocol.NodeId;
import dev.concord.protocol.PeerMessage.Presence;
import java.util.function.BiConsumer;

/// What members tell each other of the people that are connected to them. Any thread.
public interface PresenceExchange {
    /// Tells the other members who is present here. Only the newest is kept until it is sent, what a link cannot
    /// take is dropped, and nothing is said in a cluster whose level does not know it.
    void tell(Presence presence);

    /// Calls `listener` whenever a member tells who is present there, until the returned handle is closed. It must
    /// not block.
    AutoCloseable onPresence(BiConsumer<NodeId, Presence> listener);
}
