package dev.concord.node;

import dev.concord.protocol.BootId;
import dev.concord.protocol.Hello;
import dev.concord.protocol.Peer;
import dev.concord.protocol.ProtocolSettings;
import java.util.List;
import java.util.random.RandomGenerator;

/// One node of the cluster as a deterministic state machine (section 16).
public final class ChatNode {
    public ChatNode(Peer self, BootId boot, ProtocolSettings settings, Founding founding, Recovery recovery, Now now) {}

    /// Takes in what happened and says what is to be done, in order.
    ///
    /// @param random used for jitter, and for the cluster id at founding; nothing else is random
    public List<Effect> step(Event event, Now now, RandomGenerator random) {
        return List.of();
    }

    /// When [Event.TimePassed] is due, in monotonic nanoseconds; never later than a heartbeat interval from now.
    public long nextWakeUpNanos() {
        return 0;
    }

    /// What this node says of itself in a handshake: durable values only (S3).
    public Hello hello() {
        throw new IllegalStateException();
    }

    /// A snapshot for those who watch.
    public NodeStatus status(Now now) {
        throw new IllegalStateException();
    }

    /// Checks what must always hold inside one node; the simulation calls it after every step.
    ///
    /// @throws IllegalStateException naming the broken invariant
    public void checkInvariants() {}
}
