package dev.concord.access;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/// How much each client may ask for in a second, with a second's worth saved up for bursts.
///
/// Each client costs one number: the time at which all that it has asked for will be paid off (the generic cell rate
/// algorithm). Clients that owe nothing are forgotten when there are many.
public final class RateLimiter {
    /// Clients whose debt is remembered at once.
    static final int MAX_CLIENTS = 10_000;

    private static final long SECOND_NANOS = 1_000_000_000L;

    private final long costNanos;
    private final LongSupplier nanoTime;
    private final Map<String, AtomicLong> paidOffByClient = new ConcurrentHashMap<>();

    /// @param perSecond requests or messages of one client in a second; 0 for no limit
    public RateLimiter(int perSecond, LongSupplier nanoTime) {
        this.costNanos = perSecond == 0 ? 0 : SECOND_NANOS / perSecond;
        this.nanoTime = nanoTime;
    }

    public static RateLimiter none() {
        return new RateLimiter(0, () -> 0);
    }

    public boolean isLimiting() {
        return costNanos > 0;
    }

    /// Asks for one thing; what is refused costs nothing.
    ///
    /// @return 0 if it is granted, else the nanoseconds after which it would be
    public long tryTake(String client) {
        if (!isLimiting()) {
            return 0;
        }
        AtomicLong paidOff = account(client);
        while (true) {
            long now = nanoTime.getAsLong();
            long before = paidOff.get();
            long after = Math.max(before, now) + costNanos;
            long tooFar = after - now - SECOND_NANOS;
            if (tooFar > 0) {
                return tooFar;
            }
            if (paidOff.compareAndSet(before, after)) {
                return 0;
            }
        }
    }

    /// One client, for whom it is simpler to wait than to be refused: a stream is slowed down, as by a slow network.
    public final class Pace {
        private final String client;

        private Pace(String client) {
            this.client = client;
        }

        /// Whether one thing is granted at once.
        public boolean tryTake() {
            return RateLimiter.this.tryTake(client) == 0;
        }

        /// Waits until one thing is granted.
        public void await() throws InterruptedException {
            for (long wait = RateLimiter.this.tryTake(client); wait > 0; wait = RateLimiter.this.tryTake(client)) {
                Thread.sleep(Duration.ofNanos(wait));
            }
        }
    }

    public Pace paceOf(String client) {
        return new Pace(client);
    }

    private AtomicLong account(String client) {
        AtomicLong account = paidOffByClient.get(client);
        if (account != null) {
            return account;
        }
        if (paidOffByClient.size() >= MAX_CLIENTS) {
            forget();
        }
        return paidOffByClient.computeIfAbsent(client, name -> new AtomicLong(nanoTime.getAsLong()));
    }

    /// Forgets who owes nothing, and if that does not help, everybody: a flood of addresses must not cost memory.
    private void forget() {
        long now = nanoTime.getAsLong();
        paidOffByClient.values().removeIf(paidOff -> paidOff.get() <= now);
        if (paidOffByClient.size() >= MAX_CLIENTS) {
            paidOffByClient.clear();
        }
    }

    int clients() {
        return paidOffByClient.size();
    }
}
