package dev.concord.chat;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// The live readers of this node: counts them, limits them, knows how far behind they are, and sends them away when the
/// node stops. Any number of threads.
public final class Subscriptions {
    private final int most;
    private final AtomicInteger open = new AtomicInteger();
    private final Set<Subscription> all = ConcurrentHashMap.newKeySet();
    private volatile boolean stopping;

    /// How a reader is connected.
    public enum Kind {
        SSE,
        STOMP,
        LONG_POLL,
        NDJSON
    }

    public Subscriptions(ChatLimits limits) {
        this.most = limits.maxSubscriptions();
    }

    /// Admits a reader.
    ///
    /// @param stop called once if the node stops while the reader is there; it must not block
    /// @throws TooManySubscriptionsException if there are too many already
    public Subscription open(Kind kind, Cursor cursor, Runnable stop) {
        if (open.incrementAndGet() > most) {
            open.decrementAndGet();
            throw new TooManySubscriptionsException(most);
        }
        Subscription subscription = new Subscription(kind, cursor, stop);
        all.add(subscription);
        if (stopping) {
            stop.run();
        }
        return subscription;
    }

    /// How many readers of this kind there are.
    public int open(Kind kind) {
        return (int) all.stream().filter(s -> s.kind == kind).count();
    }

    /// How many readers there may be, of all kinds together.
    public int limit() {
        return most;
    }

    /// How many messages the slowest reader has before it.
    public long greatestLag() {
        return all.stream().mapToLong(s -> s.cursor.lag()).max().orElse(0);
    }

    /// Sends all readers away; those that come later go at once.
    public void stop() {
        stopping = true;
        all.forEach(subscription -> subscription.stop.run());
    }

    public boolean isStopping() {
        return stopping;
    }

    /// One reader; to be closed when it leaves.
    public final class Subscription implements AutoCloseable {
        private final Kind kind;
        private final Cursor cursor;
        private final Runnable stop;

        private Subscription(Kind kind, Cursor cursor, Runnable stop) {
            this.kind = kind;
            this.cursor = cursor;
            this.stop = stop;
        }

        @Override
        public void close() {
            if (all.remove(this)) {
                open.decrementAndGet();
            }
        }
    }
}
