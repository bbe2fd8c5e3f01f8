package dev.concord.simulation;

import dev.concord.node.Event;
import dev.concord.protocol.Hello;
import dev.concord.protocol.Member;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.PeerMessage;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// One node's link to one other: dialled, perhaps open, dialled anew.
final class Link {
    final int from;
    final int to;
    boolean wanted;
    /// The number under which the dialler knows whoever listens there.
    NodeId knownAs = NodeId.NONE;
    /// Counts attempts to open it; an answer to an older attempt means nothing.
    int attempt;
    long backoffNanos;

    @Nullable
    Connection connection;

    Link(int from, int to) {
        this.from = from;
        this.to = to;
    }

    /// An open connection between one boot of the dialler and one boot of the acceptor.
    static final class Connection {
        /// Packets that a stalled connection holds; the oldest is dropped for a new one (T6).
        private static final int MAX_HELD = 256;

        final Hello dialler;
        final Hello acceptor;
        final int diallerBoots;
        final int acceptorBoots;
        final ArrayDeque<PeerMessage> held = new ArrayDeque<>();
        final long[] lastArrival = new long[2];
        /// What was under way on it is lost.
        boolean broken;

        Connection(Hello dialler, Hello acceptor, int diallerBoots, int acceptorBoots) {
            this.dialler = dialler;
            this.acceptor = acceptor;
            this.diallerBoots = diallerBoots;
            this.acceptorBoots = acceptorBoots;
        }

        Member sender() {
            return dialler.self().member();
        }

        Event.LinksClosed endAtAcceptor() {
            return new Event.LinksClosed(sender(), dialler.boot());
        }

        Event.LinksClosed endAtDialler() {
            return new Event.LinksClosed(acceptor.self().member(), acceptor.boot());
        }

        boolean joinsSameBootsAs(Connection reverse) {
            return reverse.diallerBoots == acceptorBoots && reverse.acceptorBoots == diallerBoots;
        }

        /// Returns whether another one had to go for it.
        boolean hold(PeerMessage message) {
            boolean full = held.size() == MAX_HELD;
            if (full) {
                held.removeFirst();
            }
            held.addLast(message);
            return full;
        }
    }
}
