package dev.concord.detection;

import dev.concord.protocol.BootId;
import dev.concord.protocol.Member;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.PeerMessage.Heartbeat;
import java.util.Collection;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Who is heard, and who hears us (F2, F3).
///
/// Each heartbeat carries a number and the highest number heard from the other side. A link is *up* while,
/// within `fd_timeout`, a heartbeat came whose echo is a number sent within `fd_timeout`: that proves both
/// directions. The failure of a reconnect (F4) is better evidence than the absence of heartbeats, so it
/// counts as down at once, until the next heartbeat.
public final class HeartbeatFailureDetector {
    /// Heartbeats whose sending time is remembered per peer; older echoes prove nothing.
    static final int REMEMBERED_HEARTBEATS = 64;

    private final long timeoutNanos;
    private final long numbersStartAfter;
    private final TreeMap<Member, Health> peers = new TreeMap<>();
    private final TreeMap<NodeId, Long> unreachableSince = new TreeMap<>();

    public HeartbeatFailureDetector(long timeoutNanos) {
        this(timeoutNanos, 0);
    }

    /// @param numbersStartAfter the first heartbeat has the next number; another one in each boot, so that
    ///     an echo names
    ///     the boot that it answers
    public HeartbeatFailureDetector(long timeoutNanos, long numbersStartAfter) {
        this.timeoutNanos = timeoutNanos;
        this.numbersStartAfter = numbersStartAfter;
    }

    /// Numbers the next heartbeat to a peer and remembers when it left.
    public long nextNumber(Member peer, long now) {
        Health health = health(peer);
        long number = ++health.sent;
        health.sentAt[(int) (number % REMEMBERED_HEARTBEATS)] = now;
        return number;
    }

    /// What to echo to a peer: the highest number heard from it.
    public long echoFor(Member peer) {
        return health(peer).heard;
    }

    /// How long ago that number was heard, so that the peer can tell travel time from waiting time.
    public long echoAgeNanos(Member peer, long now) {
        Health health = health(peer);
        return health.heard == 0 ? 0 : now - health.heardAt;
    }

    /// Takes in a heartbeat.
    public void heard(Member from, Heartbeat heartbeat, long now) {
        Health health = health(from);
        unreachableSince.remove(from.id());
        health.everHeardAt = now;
        health.heardAnything = true;
        health.last = heartbeat;
        // A number far below is no late one of this boot: numbers of another boot lie elsewhere, and one of an earlier
        // boot that came late must not hide all that follow.
        if (heartbeat.number() > health.heard || heartbeat.number() < health.heard - REMEMBERED_HEARTBEATS) {
            health.heard = heartbeat.number();
            health.heardAt = now;
        }
        long echo = heartbeat.echo();
        if (echo > health.sentEarlier && echo <= health.sent && health.sent - echo < REMEMBERED_HEARTBEATS) {
            long sentAt = health.sentAt[(int) (echo % REMEMBERED_HEARTBEATS)];
            if (!health.proved || sentAt > health.provedSentAt) {
                health.proved = true;
                health.provedSentAt = sentAt;
                health.rttNanos = Math.max(0, now - sentAt - heartbeat.echoAgeMicros() * 1000);
            }
            health.provedEcho = Math.max(health.provedEcho, echo);
        }
    }

    /// Whether the sender of this heartbeat had heard this boot of the node when it sent it.
    public boolean answersThisBoot(Member from, Heartbeat heartbeat) {
        Health health = health(from);
        return heartbeat.echo() > health.sentEarlier && heartbeat.echo() <= health.sent;
    }

    /// A peer started anew: nothing that was sent to its earlier life proves anything.
    public void restarted(Member peer, BootId boot) {
        Health health = health(peer);
        if (!boot.equals(health.boot)) {
            peers.put(peer, new Health(boot, health.sent));
        }
        unreachableSince.remove(peer.id());
    }

    /// Connections to this node were refused or lost for good (F4).
    public void unreachable(NodeId node, long now) {
        unreachableSince.put(node, now);
    }

    /// Whether there is F4 evidence against this node, newer than anything heard from it.
    public boolean isUnreachable(NodeId node) {
        return unreachableSince.containsKey(node);
    }

    /// Whether messages pass both ways (F2).
    public boolean linkUp(Member peer, long now) {
        Health health = peers.get(peer);
        return health != null
                && health.heardAnything
                && health.proved
                && now - health.everHeardAt < timeoutNanos
                && now - health.provedSentAt < timeoutNanos
                && !unreachableSince.containsKey(peer.id());
    }

    /// How many of these voters are reachable both ways, `self` included if it is one of them.
    public int reachable(Collection<Member> voters, Member self, long now) {
        int count = 0;
        for (Member voter : voters) {
            if (voter.equals(self) || linkUp(voter, now)) {
                count++;
            }
        }
        return count;
    }

    /// The last heartbeat of a peer in this boot of it, or null.
    public @Nullable Heartbeat last(Member peer) {
        Health health = peers.get(peer);
        return health == null ? null : health.last;
    }

    /// When this boot of the peer was last heard, or the distant past.
    public long heardAt(Member peer) {
        Health health = peers.get(peer);
        return health == null || !health.heardAnything ? Long.MIN_VALUE / 2 : health.everHeardAt;
    }

    /// When the newest heartbeat left that this peer is known to have heard, or the distant past: it lived after that.
    public long provedAt(Member peer) {
        Health health = peers.get(peer);
        return health == null || !health.proved ? Long.MIN_VALUE / 2 : health.provedSentAt;
    }

    /// The number of the newest heartbeat sent to this peer.
    public long sentNumber(Member peer) {
        return health(peer).sent;
    }

    /// The highest number of ours that the peer is known to have heard.
    public long echoed(Member peer) {
        return health(peer).provedEcho;
    }

    /// Last measured round trip, or -1.
    public long rttNanos(Member peer) {
        Health health = peers.get(peer);
        return health == null ? -1 : health.rttNanos;
    }

    /// Forgets peers that are neither members nor guests any more, so that strangers cost no memory (I17).
    public void retain(Collection<Member> members) {
        peers.keySet().retainAll(members);
    }

    private Health health(Member peer) {
        return peers.computeIfAbsent(peer, p -> new Health(null, numbersStartAfter));
    }

    private static final class Health {
        private final @Nullable BootId boot;
        private final long[] sentAt = new long[REMEMBERED_HEARTBEATS];
        private final long sentEarlier; // numbers up to here went to an earlier life
        private long sent;
        private long heard;
        private long heardAt;
        private boolean heardAnything;
        private long everHeardAt;
        private boolean proved;
        private long provedSentAt;
        private long provedEcho;
        private long rttNanos = -1;
        private @Nullable Heartbeat last;

        Health(@Nullable BootId boot, long sent) {
            this.boot = boot;
            this.sentEarlier = sent;
            this.sent = sent;
        }
    }
}
