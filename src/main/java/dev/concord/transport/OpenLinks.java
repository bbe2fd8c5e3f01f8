package dev.concord.transport;

import dev.concord.protocol.BootId;
import dev.concord.protocol.Channel;
import dev.concord.protocol.Hello;
import dev.concord.protocol.Member;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Which connections are open to which boot of which member, in both directions (T5). For any thread.
final class OpenLinks {
    private final Map<Boot, List<Link>> links = new HashMap<>();

    /// One process life of a member.
    record Boot(Member member, BootId id) {
        static Boot of(Hello hello) {
            return new Boot(hello.self().member(), hello.boot());
        }
    }

    private record Link(LinkSocket socket, Channel channel, boolean inbound) {}

    /// Notes an open link. The links that it makes obsolete are closed: those of an earlier boot of the same
    /// member, and an earlier one of the same kind, which the peer must have given up if it has opened
    /// another.
    synchronized void opened(Boot boot, LinkSocket socket, Channel channel, boolean inbound) {
        links.forEach((other, itsLinks) -> {
            for (Link link : itsLinks) {
                boolean sameKind = other.equals(boot) && link.channel == channel && link.inbound == inbound;
                if (sameKind || other.member().equals(boot.member()) && !other.equals(boot)) {
                    link.socket.close();
                }
            }
        });
        links.computeIfAbsent(boot, b -> new ArrayList<>()).add(new Link(socket, channel, inbound));
    }

    /// Forgets a link; returns whether it was the last one of its boot.
    synchronized boolean closed(Boot boot, LinkSocket socket) {
        List<Link> itsLinks = links.get(boot);
        if (itsLinks == null || !itsLinks.removeIf(link -> link.socket == socket)) {
            return false;
        }
        if (itsLinks.isEmpty()) {
            links.remove(boot);
            return true;
        }
        return false;
    }
}
