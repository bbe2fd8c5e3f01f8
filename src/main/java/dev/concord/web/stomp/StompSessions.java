package dev.concord.web.stomp;

import dev.concord.access.AccessControl;
import dev.concord.access.RateLimiter;
import dev.concord.chat.ChatService;
import dev.concord.chat.Cluster;
import dev.concord.chat.Cursor;
import dev.concord.chat.MessageReader;
import dev.concord.chat.PostReader;
import dev.concord.chat.Presence;
import dev.concord.chat.RoomFilter;
import dev.concord.chat.Subscriptions;
import dev.concord.node.EventAction;
import dev.concord.protocol.LogEntry;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/// All STOMP sessions of this node: how many there may be, when they are woken, and how they end together.
///
/// **Lifecycle.** [#start] once the node is started; [#stop] before the web server and the node stop.
///
/// **Threads.** One thread waits for commits and wakes the sessions they concern, so that a commit costs the node
/// nothing however many listen; one looks after time.
public final class StompSessions {
    /// More new messages than these at once concern everybody; finding out whom exactly is not worth it.
    static final int MOST_LOOKED_AT = 64;
    /// A write that takes longer than this waits for its client.
    static final Duration BLOCKED_AFTER = Duration.ofMillis(200);
    /// A session whose cursor is further behind than this counts as a slow reader.
    static final long SLOW_LAG = 1_024;

    private static final Logger LOG = LoggerFactory.getLogger(StompSessions.class);
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final long POLL_NANOS = 10_000_000;
    private static final int SERVICE_RESTART = 1012;
    private static final int TRY_AGAIN_LATER = 1013;

    private final Cluster cluster;
    private final StompContext context;
    private final Set<StompSession> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger count = new AtomicInteger();
    private volatile boolean stopping;
    private volatile @Nullable Thread waker;
    private final List<AutoCloseable> handles = new CopyOnWriteArrayList<>();

    public StompSessions(
            Cluster cluster,
            AccessControl access,
            RateLimiter limiter,
            ChatService chat,
            MessageReader messages,
            PostReader posts,
            Subscriptions readers,
            Presence presence,
            RefusalText refusals,
            StompSettings settings,
            String version) {
        this.cluster = cluster;
        AnnouncementLog log = new AnnouncementLog(JsonMapper.shared());
        context = new StompContext(
                access,
                limiter,
                chat,
                messages,
                posts,
                readers,
                refusals,
                settings,
                "concord/" + version,
                new FrameRing(),
                log,
                presence,
                new PresenceBoard(presence, JsonMapper.shared()),
                new StompStatistics());
    }

    /// Whether [#stop] was called.
    public boolean isStopping() {
        return stopping;
    }

    public StompStatistics statistics() {
        return context.statistics();
    }

    public StompSettings settings() {
        return context.settings();
    }

    /// Sessions that are behind by more than [#SLOW_LAG] messages now.
    public long slowReaders() {
        return open.stream()
                .filter(session -> session.writer().lag() > SLOW_LAG)
                .count();
    }

    /// Sessions whose clients do not take what is being written to them now.
    public long blocked() {
        long now = System.nanoTime();
        return open.stream().filter(session -> session.isBlocked(now)).count();
    }

    public void start() {
        handles.add(cluster.onAnnouncement(announcement -> {
            context.announcements().add(announcement, System.currentTimeMillis());
            open.forEach(session -> session.writer().wake());
        }));
        handles.add(context.presence()
                .onChange(() -> open.forEach(session -> session.writer().presenceChanged())));
        waker = Thread.ofPlatform().name("concord-stomp-waker").daemon().start(this::wakeOnCommit);
        Thread.ofPlatform().name("concord-stomp-clock").daemon().start(this::watchTime);
    }

    /// A client has connected. If there is no room for it, it is told so and closed.
    ///
    /// @param visitor what the handshake has said of the client
    @Nullable
    StompSession open(Outlet outlet, StompVisitor visitor) {
        if (stopping) {
            outlet.close(SERVICE_RESTART, "this node is stopping");
            return null;
        }
        if (count.incrementAndGet() > context.settings().maxSessions()) {
            count.decrementAndGet();
            outlet.close(TRY_AGAIN_LATER, "this node has all the sessions it can serve");
            return null;
        }
        Runnable[] ended = {() -> {}};
        String name = UUID.randomUUID().toString();
        StompSession session = new StompSession(name, context, outlet, visitor, () -> ended[0].run());
        ended[0] = () -> {
            open.remove(session);
            count.decrementAndGet();
            context.statistics().sessions.decrement();
        };
        context.statistics().sessions.increment();
        open.add(session);
        LockSupport.unpark(waker);
        session.writer().start();
        if (stopping) {
            session.end(SERVICE_RESTART, "this node is stopping");
        }
        return session;
    }

    private void wakeOnCommit() {
        MessageReader messages = context.messages();
        Cursor seen = messages.cursor(messages.commit(), RoomFilter.ALL);
        try {
            while (!stopping && !seen.isClosed()) {
                wakeOnCommit(messages, seen);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Waits for the next commit and tells the sessions. A method of its own is compiled when it was called often; the
    /// loop around it is called once.
    private void wakeOnCommit(MessageReader messages, Cursor seen) throws InterruptedException {
        if (open.isEmpty()) { // nobody to wake: no commit wakes this thread
            seen.advance(messages.commit());
            LockSupport.parkNanos(this, PATIENCE.toNanos());
        } else if (seen.await(PATIENCE)) {
            long commit = messages.commit();
            Set<String> rooms = roomsAfter(seen.position(), commit);
            for (StompSession session : open) {
                session.writer().committed(commit, rooms);
            }
            seen.advance(commit);
        }
    }

    /// The rooms of the messages after `seen`, or null if they are too many to look at.
    private @Nullable Set<String> roomsAfter(long seen, long commit) {
        if (commit - seen > MOST_LOOKED_AT) {
            return null;
        }
        Set<String> rooms = new HashSet<>();
        Cursor cursor = context.messages().cursor(seen, RoomFilter.ALL);
        while (cursor.position() < commit) {
            List<LogEntry> entries = cursor.next(MOST_LOOKED_AT, Integer.MAX_VALUE);
            if (entries.isEmpty()) {
                return null;
            }
            entries.forEach(entry -> rooms.add(entry.body().room()));
        }
        return rooms;
    }

    private void watchTime() {
        long tick = context.settings().tick().toNanos();
        while (!stopping || !open.isEmpty()) {
            LockSupport.parkNanos(this, tick);
            long now = System.nanoTime();
            for (StompSession session : open) {
                session.tick(now, tick);
            }
        }
    }

    /// Closes all sessions with 1012, spread over a short time so that not all clients come back at once, and waits
    /// until they are closed. Those that do not read are cut off. It takes at most the time to spread, plus
    /// [StompSession#END_WITHIN], plus a second.
    public void stop() {
        stopping = true;
        long cutBefore = context.statistics().cut();
        List<StompSession> last = List.copyOf(open);
        long spread = context.settings().closeOver().toNanos();
        long start = System.nanoTime();
        for (int i = 0; i < last.size(); i++) {
            long due = start + spread * i / last.size();
            for (long now = System.nanoTime(); now < due; now = System.nanoTime()) {
                LockSupport.parkNanos(this, due - now);
            }
            last.get(i).end(SERVICE_RESTART, "this node is stopping; connect to another one and resume");
        }
        awaitEmpty(StompSession.END_WITHIN);
        open.forEach(session -> session.cut("this node is stopping"));
        awaitEmpty(PATIENCE);
        close();
        if (!last.isEmpty()) {
            long cut = context.statistics().cut() - cutBefore;
            LOG.atInfo()
                    .addKeyValue(EventAction.FIELD, EventAction.SESSIONS_CLOSED)
                    .log("closed {} STOMP sessions, {} of them cut off because they did not read", last.size(), cut);
        }
    }

    private void awaitEmpty(Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!open.isEmpty() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(this, POLL_NANOS);
        }
    }

    private void close() {
        for (AutoCloseable handle : handles) {
            try {
                handle.close();
            } catch (Exception e) {
                throw new IllegalStateException("cannot end the announcements", e);
            }
        }
    }
}
