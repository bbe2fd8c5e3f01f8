package dev.concord.transport;

import dev.concord.node.Event;
import dev.concord.node.EventAction;
import dev.concord.protocol.Hello;
import dev.concord.protocol.Member;
import dev.concord.transport.OpenLinks.Boot;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// What every link of a node needs to know.
record LinkContext(
        TransportSettings settings,
        Duration handshakeTimeout,
        ClusterSecret secret,
        Supplier<Hello> self,
        Consumer<Event> listener,
        OpenLinks openLinks,
        TransportStatistics statistics,
        LinkLog log) {

    /// Mutual TLS, if it is asked for.
    Optional<LinkTls> tls() {
        return settings.tls().map(certificates -> new LinkTls(certificates, handshakeTimeout));
    }

    /// How often the dialling end asks for a sign of life.
    Duration askEvery() {
        return settings.fdTimeout().dividedBy(TransportLimits.SIGNS_PER_FD_TIMEOUT);
    }

    /// Silence after which a link is given up.
    Duration idleTimeout() {
        return settings.fdTimeout().multipliedBy(TransportLimits.IDLE_TIMEOUTS);
    }

    /// Tells the node if this was the last link of a boot.
    void linkEnded(Boot boot, LinkSocket socket) {
        if (openLinks.closed(boot, socket)) {
            Member member = boot.member();
            listener.accept(new Event.LinksClosed(member, boot.id()));
        }
    }

    /// One line about a peer that broke the rules, and the count.
    void violated(String remote, ViolationException e) {
        statistics.violated(e.violation());
        log.warn(
                EventAction.PEER_VIOLATION,
                remote + e.violation(),
                "Closing the link with " + remote + ": " + e.violation() + ", " + e.getMessage());
    }
}
