package dev.concord.chat;

import dev.concord.access.RateLimiter;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.PeerMessage;
import dev.concord.protocol.Term;
import dev.concord.runtime.ClusterNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Who is connected and who is writing, at this node and, from what the others tell, in the cluster. None of it is
/// in the log, none of it is durable, and no rule of the protocol looks at it; the newest state wins.
///
/// **Bounds.** [#MAX_NAMES] names of a node and [#MAX_BYTES] of them, [#MAX_ROOMS] rooms of a person, [#MAX_TYPING]
/// hints. What is beyond is counted, not listed. **Threads.** Any; one of its own tells the others and watches
/// time.
public final class Presence implements AutoCloseable {
    /// Most names that a node tells of, and that are shown.
    static final int MAX_NAMES = 1_000;
    /// Most bytes of names and rooms that a node tells of.
    static final int MAX_BYTES = 256 * 1024;
    /// Most rooms of one person that are shown.
    static final int MAX_ROOMS = 32;
    /// Most people at one node who are shown writing.
    static final int MAX_TYPING = 200;
    /// How long a hint that somebody writes counts.
    static final Duration TYPING = Duration.ofSeconds(5);
    /// Hints of one session, or of one client without a session, that count; more are dropped.
    static final int HINTS_A_SECOND = 2;

    static final Duration HINT_PAUSE = Duration.ofSeconds(1).dividedBy(HINTS_A_SECOND);
    /// The other nodes are told of changes no more often.
    static final Duration TELL_PAUSE = Duration.ofMillis(500);
    /// They are told that all is as it was at least so often.
    static final Duration KEEP_ALIVE = Duration.ofSeconds(3);
    /// A node that has not told anything for so long is forgotten, with its people.
    static final Duration FORGET = Duration.ofSeconds(10);
    /// Those who watch are told of changes no more often.
    static final Duration SHOW_PAUSE = Duration.ofMillis(250);

    private final ClusterNode node;
    private final LongSupplier nanos;
    private final Object lock = new Object();
    private final Set<Visit> visits = new LinkedHashSet<>();
    private final Map<PeerMessage.Typing, Long> typingUntil = new LinkedHashMap<>();
    private final Map<NodeId, Heard> heard = new TreeMap<>();
    private final List<Runnable> watchers = new CopyOnWriteArrayList<>();
    private final LongAdder dropped = new LongAdder();
    private final RateLimiter hintsByClient;
    private final Thread thread;

    private boolean toTell = true;
    private boolean toShow;
    private long toldAt;
    private long shownAt;
    private @Nullable AutoCloseable news;
    private volatile long version;
    private volatile boolean closed;

    private record Heard(PeerMessage.Presence presence, long atNanos) {}

    public Presence(ClusterNode node) {
        this(node, System::nanoTime);
    }

    Presence(ClusterNode node, LongSupplier nanos) {
        this.node = node;
        this.nanos = nanos;
        this.hintsByClient = new RateLimiter(HINTS_A_SECOND, nanos);
        this.toldAt = nanos.getAsLong() - KEEP_ALIVE.toNanos();
        this.shownAt = toldAt;
        this.thread = Thread.ofVirtual().name("concord-presence").unstarted(this::run);
    }

    /// Begins to tell the others and to hear of them. Call once, when the node is started.
    public void start() {
        news = node.presence().onPresence(this::told);
        thread.start();
    }

    // --- people of this node

    /// A client has connected.
    ///
    /// @param name as it calls itself; empty for somebody who is only counted
    /// @throws PostRefusedException if nobody can be called like this
    public Visit enter(String name) {
        if (!name.isEmpty()) {
            PostRules.checkSender(name);
        }
        Visit visit = new Visit(name);
        synchronized (lock) {
            visits.add(visit);
            changed();
        }
        return visit;
    }

    /// One connected client; to be closed when it leaves.
    public final class Visit implements AutoCloseable {
        private final String name;
        private final List<String> rooms = new ArrayList<>();
        private long hintAt = nanos.getAsLong() - HINT_PAUSE.toNanos();

        private Visit(String name) {
            this.name = name;
        }

        /// It follows a room, [PresenceState#ALL_ROOMS] for all.
        public void joins(String room) {
            synchronized (lock) {
                rooms.add(room);
                changed();
            }
        }

        /// It follows it no longer; once for each time that it joined.
        public void leaves(String room) {
            synchronized (lock) {
                rooms.remove(room);
                changed();
            }
        }

        /// Somebody there is writing. Hints that come too fast are dropped.
        ///
        /// @throws PostRefusedException if there is no such room, or nobody can be called like this
        public void types(String sender, String room) {
            PostRules.checkSender(sender);
            PostRules.checkRoom(room);
            synchronized (lock) {
                long now = nanos.getAsLong();
                if (now - hintAt < HINT_PAUSE.toNanos()) {
                    dropped.increment();
                    return;
                }
                hintAt = now;
                hint(sender, room, now);
            }
        }

        @Override
        public void close() {
            synchronized (lock) {
                if (visits.remove(this)) {
                    changed();
                }
            }
        }
    }

    /// Somebody without a session is writing. Hints of one client that come too fast are dropped, whatever they say.
    ///
    /// @param client its user or its address
    /// @throws PostRefusedException as [Visit#types]
    public void types(String client, String sender, String room) {
        PostRules.checkSender(sender);
        PostRules.checkRoom(room);
        if (hintsByClient.tryTake(client) > 0) {
            dropped.increment();
            return;
        }
        synchronized (lock) {
            hint(sender, room, nanos.getAsLong());
        }
    }

    private void hint(String sender, String room, long now) {
        PeerMessage.Typing typing = new PeerMessage.Typing(sender, room);
        boolean known = typingUntil.containsKey(typing);
        if (!known && typingUntil.size() >= MAX_TYPING) {
            dropped.increment();
            return;
        }
        typingUntil.put(typing, now + TYPING.toNanos());
        if (!known) {
            changed();
        }
    }

    /// Hints that were dropped since the start.
    public long droppedHints() {
        return dropped.sum();
    }

    // --- what is shown

    /// Counts the changes that were shown; a watcher that has seen an older one has something to look at.
    public long version() {
        return version;
    }

    /// Calls `watcher` after changes, until the returned handle is closed. It must not block.
    public AutoCloseable onChange(Runnable watcher) {
        watchers.add(watcher);
        return () -> watchers.remove(watcher);
    }

    /// Everybody, as of now.
    public PresenceState state() {
        synchronized (lock) {
            Gathering all = new Gathering();
            all.add(node.vitals().node().value(), own(), true);
            Set<Integer> members = new TreeSet<>();
            node.status().members().forEach(m -> members.add(m.member().id().value()));
            members.remove(node.vitals().node().value());
            for (int member : members) {
                Heard last = heard.get(new NodeId(member));
                all.add(member, last == null ? null : last.presence, last != null);
            }
            return all.toState();
        }
    }

    /// Puts together what several nodes tell.
    private static final class Gathering {
        private final Map<String, Set<String>> rooms = new TreeMap<>();
        private final Map<String, Set<Integer>> nodes = new TreeMap<>();
        private final Set<PresenceState.Typing> typing = new LinkedHashSet<>();
        private final List<PresenceState.NodeCount> counts = new ArrayList<>();
        private boolean truncated;

        void add(int from, PeerMessage.@Nullable Presence presence, boolean known) {
            counts.add(new PresenceState.NodeCount(from, presence == null ? 0 : presence.connected(), known));
            if (presence == null) {
                return;
            }
            truncated |= presence.truncated();
            for (PeerMessage.Person person : presence.people()) {
                if (rooms.size() == MAX_NAMES && !rooms.containsKey(person.name())) {
                    truncated = true;
                    continue;
                }
                rooms.computeIfAbsent(person.name(), n -> new TreeSet<>()).addAll(person.rooms());
                nodes.computeIfAbsent(person.name(), n -> new TreeSet<>()).add(from);
            }
            presence.typing().forEach(t -> typing.add(new PresenceState.Typing(t.name(), t.room())));
        }

        PresenceState toState() {
            List<PresenceState.Person> people = new ArrayList<>();
            rooms.forEach((name, followed) -> people.add(new PresenceState.Person(
                    name,
                    followed.stream().limit(MAX_ROOMS).toList(),
                    List.copyOf(nodes.getOrDefault(name, Set.of())))));
            counts.sort((a, b) -> Integer.compare(a.node(), b.node()));
            return new PresenceState(people, List.copyOf(typing), counts, truncated);
        }
    }

    /// This node as it tells the others.
    private PeerMessage.Presence own() {
        Map<String, Set<String>> people = new TreeMap<>();
        boolean truncated = false;
        for (Visit visit : visits) {
            if (visit.name.isEmpty()) {
                continue;
            }
            if (people.size() == MAX_NAMES && !people.containsKey(visit.name)) {
                truncated = true;
                continue;
            }
            people.computeIfAbsent(visit.name, n -> new TreeSet<>()).addAll(visit.rooms);
        }
        List<PeerMessage.Person> told = new ArrayList<>();
        int bytes = 0;
        for (Map.Entry<String, Set<String>> person : people.entrySet()) {
            List<String> rooms = person.getValue().stream().limit(MAX_ROOMS).toList();
            bytes += person.getKey().getBytes(StandardCharsets.UTF_8).length;
            bytes += rooms.stream().mapToInt(String::length).sum();
            if (bytes > MAX_BYTES) {
                truncated = true;
                break;
            }
            told.add(new PeerMessage.Person(person.getKey(), rooms));
        }
        Term term = new Term(node.vitals().term());
        return new PeerMessage.Presence(term, visits.size(), truncated, told, List.copyOf(typingUntil.keySet()));
    }

    // --- telling and hearing

    private void told(NodeId from, PeerMessage.Presence presence) {
        synchronized (lock) {
            Heard before = heard.put(from, new Heard(presence, nanos.getAsLong()));
            boolean same = before != null
                    && before.presence.connected() == presence.connected()
                    && before.presence.people().equals(presence.people())
                    && before.presence.typing().equals(presence.typing());
            if (!same) {
                toShow = true;
                lock.notifyAll();
            }
        }
    }

    private void changed() {
        toTell = true;
        toShow = true;
        lock.notifyAll();
    }

    private void run() {
        try {
            while (!closed) {
                if (step()) {
                    watchers.forEach(Runnable::run);
                }
                synchronized (lock) {
                    if (!closed) {
                        lock.wait(toTell || toShow ? SHOW_PAUSE.toMillis() / 5 : SHOW_PAUSE.toMillis());
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Does what is due: forgets, tells, shows. Returns whether those who watch have something to look at.
    boolean step() {
        synchronized (lock) {
            long now = nanos.getAsLong();
            if (typingUntil.values().removeIf(until -> now - until >= 0)) {
                changed();
            }
            toShow |= heard.values().removeIf(last -> now - last.atNanos >= FORGET.toNanos());
            long sinceTold = now - toldAt;
            if (toTell && sinceTold >= TELL_PAUSE.toNanos() || sinceTold >= KEEP_ALIVE.toNanos()) {
                toTell = false;
                toldAt = now;
                node.presence().tell(own());
            }
            if (!toShow || now - shownAt < SHOW_PAUSE.toNanos()) {
                return false;
            }
            toShow = false;
            shownAt = now;
            version++;
            return true;
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        AutoCloseable handle = news;
        if (handle != null) {
            try {
                handle.close();
            } catch (Exception e) {
                throw new IllegalStateException("cannot end the news", e);
            }
        }
    }
}
