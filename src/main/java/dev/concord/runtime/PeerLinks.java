package dev.concord.runtime;

import dev.concord.node.Event;
import dev.concord.node.SeedNode;
import dev.concord.protocol.Hello;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.Peer;
import dev.concord.protocol.PeerMessage;
import dev.concord.protocol.Refusal;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The raw TCP links to the other nodes (section 4).
///
/// **Delivery.** Messages may vanish; those of one channel to one peer never overtake each other on one connection. All
/// queues are bounded; what does not fit is dropped and counted (T6).
///
/// **Threads.** [#send], [#keepLinks] and [#answerHello] are called by the event loop; they never block and never
/// throw. Events are handed to the listener by socket threads; the listener may block them to slow a sender down.
public interface PeerLinks extends AutoCloseable {
    /// Opens the listening socket and starts to deliver events.
    ///
    /// @param self what this node says of itself in a handshake; asked anew each time, durable values (S3)
    /// @throws java.io.UncheckedIOException if the port cannot be opened
    void start(Supplier<Hello> self, Consumer<Event> listener);

    /// Sends a message on the channel it belongs to, if the peer is connected.
    void send(NodeId to, PeerMessage message);

    /// Keeps links to exactly these peers, redialling with backoff; drops the others.
    void keepLinks(List<Peer> peers, List<SeedNode> unknown);

    /// Completes a handshake that waits for [Event.HelloReceived] to be judged; null accepts.
    void answerHello(long helloId, @Nullable Refusal refusal);

    /// Writes out what was sent since the last call. Sending only queues; the event loop calls this once per batch.
    void flush();

    /// Closes all links after what was sent has been written, or a short time has passed.
    @Override
    void close();
}
