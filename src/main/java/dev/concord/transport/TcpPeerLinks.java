package dev.concord.transport;

import dev.concord.node.Event;
import dev.concord.node.EventAction;
import dev.concord.node.SeedNode;
import dev.concord.protocol.Hello;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.Peer;
import dev.concord.protocol.PeerMessage;
import dev.concord.protocol.Refusal;
import dev.concord.runtime.PeerLinks;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The peer links over raw TCP (section 4). This class only connects the parts: [PeerListener] and [InboundLink] for
/// what peers dial, [PeerTargets] and [OutboundLink] for what this node dials.
///
/// **Threads.** The event loop only touches queues and lists; all sockets belong to the threads of [LinkThreads].
///
/// **Without a cluster secret** nobody can prove anything, and only peers on this machine are talked to (T3).
public final class TcpPeerLinks implements PeerLinks {
    private final TransportSettings settings;
    private final Duration handshakeTimeout;
    private final TransportStatistics statistics = new TransportStatistics();
    private final LinkLog log = new LinkLog(System::nanoTime);
    private volatile @Nullable Running running;
    private volatile boolean closed;

    private record Running(PeerListener listener, PeerTargets targets, HelloDesk desk) {}

    public TcpPeerLinks(TransportSettings settings) {
        this(settings, TransportLimits.HANDSHAKE_TIMEOUT);
    }

    /// For tests that wait for the end of the handshake's time.
    TcpPeerLinks(TransportSettings settings, Duration handshakeTimeout) {
        this.settings = settings;
        this.handshakeTimeout = handshakeTimeout;
    }

    @Override
    public void start(Supplier<Hello> self, Consumer<Event> listener) {
        Consumer<Event> untilClosed = event -> {
            if (!closed) {
                listener.accept(event);
            }
        };
        ClusterSecret secret = new ClusterSecret(settings.clusterSecret());
        OpenLinks openLinks = new OpenLinks();
        LinkContext context =
                new LinkContext(settings, handshakeTimeout, secret, self, untilClosed, openLinks, statistics, log);
        HelloDesk desk = new HelloDesk(openLinks, untilClosed);
        PeerTargets targets = new PeerTargets(context);
        PeerListener port =
                new PeerListener(context, (socket, place) -> new InboundLink(context, socket, desk, place, targets));
        running = new Running(port, targets, desk);
        if (!secret.isPresent()) {
            log.warn(
                    EventAction.LINKS_UNAUTHENTICATED,
                    "no secret",
                    "No cluster_secret is set: peer links are not authenticated, and only peers on this machine are"
                            + " accepted. Set the same secret on all nodes to use more than one machine.");
        }
        port.start();
    }

    @Override
    public void send(NodeId to, PeerMessage message) {
        PeerTarget target = running().targets().get(to);
        if (target == null) {
            statistics.noLink();
        } else {
            target.send(message);
        }
    }

    @Override
    public void keepLinks(List<Peer> peers, List<SeedNode> unknown) {
        if (!closed) {
            running().targets().keep(peers, unknown);
        }
    }

    @Override
    public void answerHello(long helloId, @Nullable Refusal refusal) {
        running().desk().answer(helloId, refusal);
    }

    @Override
    public void flush() {
        running().targets().all().forEach(PeerTarget::flush);
    }

    /// The port that is listened to.
    public int port() {
        return running().listener().port();
    }

    public TransportStatistics statistics() {
        return statistics;
    }

    @Override
    public void close() {
        Running parts = running;
        if (parts == null || closed) {
            return;
        }
        closed = true;
        parts.listener().close();
        parts.targets().all().forEach(PeerTarget::finish);
        long deadline = System.nanoTime() + TransportLimits.CLOSE_TIMEOUT.toNanos();
        parts.targets().all().forEach(target -> target.join(deadline));
        parts.targets().all().forEach(PeerTarget::stop);
        parts.listener().closeLinks();
    }

    private Running running() {
        return Objects.requireNonNull(running, "start() comes first");
    }
}
