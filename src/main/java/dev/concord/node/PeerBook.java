package dev.concord.node;

import dev.concord.protocol.BootId;
import dev.concord.protocol.Configuration;
import dev.concord.protocol.Hello;
import dev.concord.protocol.Levels;
import dev.concord.protocol.Member;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.Peer;
import dev.concord.protocol.Refusal;
import dev.concord.protocol.Term;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Who may open a link (T4, T5, M3), and to whom this node keeps links: the members, the configured nodes, and
/// guests, who are nodes that have introduced themselves and may be joining.
final class PeerBook {
    /// Most guests at a time; more are turned away until one of them is a member or gone.
    static final int MAX_GUESTS = 16;
    /// How long a guest that says nothing is kept.
    static final long GUEST_NANOS = 30_000_000_000L;

    private final NodeState state;
    private final Founding founding;
    private final TreeMap<Member, Session> sessions = new TreeMap<>();
    private final TreeMap<NodeId, Guest> guests = new TreeMap<>();
    private @Nullable Configuration dialledFor;
    private List<Peer> dialled = List.of();
    private List<SeedNode> dialledSeeds = List.of();

    private record Guest(Peer peer, long seenAt) {}

    private static final class Session {
        private @Nullable BootId boot;
        private @Nullable BootId earlierBoot;
        private boolean open;
        private boolean repairing;
        private Levels levels = Levels.UNKNOWN;
        private long heardAt;
        private Term term = Term.ZERO;
        private Term ackTerm = Term.ZERO;
        private long ackIndex;
    }

    PeerBook(NodeState state, Founding founding) {
        this.state = state;
        this.founding = founding;
    }

    /// Judges a peer that wants to open a link; null accepts. `newBoot` tells whether this boot of it is
    /// seen for the first time.
    record Verdict(@Nullable Refusal refusal, boolean newBoot) {}

    Verdict judge(Hello hello) {
        Refusal refusal = refusal(hello);
        return refusal != null ? new Verdict(refusal, false) : new Verdict(null, welcome(hello));
    }

    private @Nullable Refusal refusal(Hello hello) {
        Member peer = hello.self().member();
        if (state.levels.common(hello.levels()) == 0
                || state.isInitialised()
                        && !hello.levels().contains(state.meta().level())) { // V2
            return Refusal.UNSUPPORTED_VERSION;
        }
        if (hello.clusterId() != null
                && state.meta().clusterId() != null
                && !hello.clusterId().equals(state.meta().clusterId())) {
            return Refusal.FOREIGN_CLUSTER;
        }
        if (peer.id().equals(state.self.id())) {
            return Refusal.DUPLICATE_NODE_ID;
        }
        if (state.membership.committed().removed().contains(peer)) {
            return Refusal.REMOVED;
        }
        Optional<Peer> listed = state.configuration().peer(peer.id());
        boolean otherStore = listed.isPresent() && !listed.get().member().equals(peer);
        if (otherStore && state.linkUp(listed.get().member())) {
            return Refusal.DUPLICATE_NODE_ID;
        }
        Session session = sessions.get(peer);
        if (session != null && !hello.boot().equals(session.boot)) {
            long silence = state.now.nanos() - session.heardAt;
            boolean heard = session.open && silence < state.settings.fdTimeout().toNanos();
            if (heard || hello.boot().equals(session.earlierBoot)) {
                return Refusal.DUPLICATE_BOOT;
            }
            if (hasLostState(session, hello)) {
                return Refusal.STATE_REGRESSION;
            }
        }
        boolean stranger = !members().contains(peer);
        if (stranger && guests.size() >= MAX_GUESTS && !guests.containsKey(peer.id())) {
            return Refusal.BUSY;
        }
        return null;
    }

    /// T5: a member that once reported more than it has now has forgotten what it promised or acknowledged.
    private static boolean hasLostState(Session session, Hello hello) {
        boolean termLost = hello.currentTerm().isBefore(session.term);
        boolean entriesLost = hello.currentTerm().equals(session.ackTerm)
                && hello.last().index() < session.ackIndex
                && !hello.repairing();
        return termLost || entriesLost;
    }

    /// Takes in what a connected peer said of itself; returns whether this boot of it is new.
    boolean welcome(Hello hello) {
        Member peer = hello.self().member();
        Session session = sessions.computeIfAbsent(peer, m -> new Session());
        if (hello.boot().equals(session.earlierBoot)) {
            return false;
        }
        boolean newBoot = !hello.boot().equals(session.boot);
        if (newBoot) {
            session.earlierBoot = session.boot;
            session.boot = hello.boot();
        }
        session.open = true;
        session.repairing = hello.repairing();
        session.levels = hello.levels();
        session.heardAt = state.now.nanos();
        session.term = Term.max(session.term, hello.currentTerm());
        if (!members().contains(peer) && guests.size() < MAX_GUESTS) {
            guests.put(peer.id(), new Guest(hello.self(), state.now.nanos()));
        }
        return newBoot;
    }

    /// Whether a later boot of this peer has introduced itself.
    boolean isSucceeded(Member peer, BootId boot) {
        Session session = sessions.get(peer);
        return session != null && boot.equals(session.earlierBoot);
    }

    /// What a peer says of its log, besides what it said when its link was opened.
    void saysIntact(Member peer, boolean intact) {
        Session session = sessions.get(peer);
        if (session != null) {
            session.repairing = !intact;
        }
    }

    /// Whether a peer is in repair (P1), as far as it has told.
    boolean isRepairing(Member peer) {
        Session session = sessions.get(peer);
        return session != null && session.repairing;
    }

    /// What the program of a peer knows, as it said when its last link was opened.
    Levels levels(Member peer) {
        Session session = sessions.get(peer);
        return session == null ? Levels.UNKNOWN : session.levels;
    }

    /// Something arrived from a peer; `durableTerm` is what it says of itself.
    void heard(Member from, Term durableTerm) {
        Session session = sessions.get(from);
        if (session != null) {
            session.heardAt = state.now.nanos();
            session.term = Term.max(session.term, durableTerm);
        }
        Guest guest = guests.get(from.id());
        if (guest != null && guest.peer.member().equals(from)) {
            guests.put(from.id(), new Guest(guest.peer, state.now.nanos()));
        }
    }

    /// A member acknowledged entries up to `index` in `term`; it must never report fewer in that term.
    void acknowledged(Member from, Term term, long index) {
        Session session = sessions.get(from);
        if (session == null) {
            return;
        }
        if (term.isAfter(session.ackTerm)) {
            session.ackTerm = term;
            session.ackIndex = index;
        } else if (term.equals(session.ackTerm)) {
            session.ackIndex = Math.max(session.ackIndex, index);
        }
    }

    void closed(Member peer, BootId boot) {
        Session session = sessions.get(peer);
        if (session != null && boot.equals(session.boot)) {
            session.open = false;
        }
    }

    /// The members to be looked for: nobody while the log ends before this node was taken in. Its leader and the others
    /// are guests until then, for they introduce themselves, or are told of in a JOIN_ACK.
    private Configuration members() {
        return state.isListed() ? state.configuration() : Configuration.EMPTY;
    }

    /// Whom to tell a newcomer of: the members, or those that this node has a link with while it knows no members.
    List<Peer> acquaintances() {
        return state.isListed()
                ? state.configuration().peers().toList()
                : dialled.stream().filter(this::isConnected).toList();
    }

    private boolean isConnected(Peer peer) {
        Session session = sessions.get(peer.member());
        return session != null && session.open;
    }

    /// Says to whom links are kept, if that has changed.
    void dial() {
        long now = state.now.nanos();
        Configuration members = members();
        guests.values().removeIf(g -> now - g.seenAt > GUEST_NANOS || members.contains(g.peer.member()));
        if (guests.isEmpty() && members.equals(dialledFor)) {
            return; // asked at every heartbeat, and without guests only the members decide
        }
        keepThoseWhoLeft(members, now);
        dialledFor = guests.isEmpty() ? members : null;
        TreeMap<NodeId, Peer> peers = new TreeMap<>();
        members.peers().forEach(p -> peers.put(p.id(), p));
        for (Guest guest : guests.values()) {
            Peer listed = peers.get(guest.peer.id());
            if (listed == null || !state.linkUp(listed.member())) {
                peers.put(guest.peer.id(), guest.peer);
            }
        }
        peers.remove(state.self.id());
        List<SeedNode> seeds = founding.seeds().stream()
                .filter(s -> !peers.containsKey(s.id()))
                .toList();
        List<Peer> wanted = List.copyOf(peers.values());
        if (!wanted.equals(dialled) || !seeds.equals(dialledSeeds)) {
            dialled = wanted;
            dialledSeeds = seeds;
            state.effects.add(new Effect.Dial(wanted, seeds));
            List<Member> known =
                    new ArrayList<>(wanted.stream().map(Peer::member).toList());
            members.peers().map(Peer::member).forEach(known::add);
            state.detector.retain(known);
            sessions.keySet().removeIf(m -> !known.contains(m) && !isSeed(m.id()));
        }
    }

    /// The link to a member that has just left the configuration stays for a while, so that it can be told
    /// (M4).
    private void keepThoseWhoLeft(Configuration members, long now) {
        for (Peer peer : dialled) {
            boolean left = !members.contains(peer.member()) && isConnected(peer);
            if (left && guests.size() < MAX_GUESTS) {
                guests.putIfAbsent(peer.id(), new Guest(peer, now));
            }
        }
    }

    private boolean isSeed(NodeId id) {
        return founding.seeds().stream().anyMatch(s -> s.id().equals(id));
    }

    /// Takes in addresses learnt from a JOIN_ACK, so that this node can dial members it has no configuration
    /// for yet.
    void introduce(List<Peer> members) {
        for (Peer peer : members) {
            boolean known = members().contains(peer.member());
            if (!known && !peer.id().equals(state.self.id()) && guests.size() < MAX_GUESTS) {
                guests.put(peer.id(), new Guest(peer, state.now.nanos()));
            }
        }
    }

    /// The nodes this one has links to, in ascending order of id.
    List<NodeId> connected() {
        return sessions.entrySet().stream()
                .filter(e -> e.getValue().open)
                .map(e -> e.getKey().id())
                .distinct()
                .filter(Objects::nonNull)
                .toList();
    }
}
