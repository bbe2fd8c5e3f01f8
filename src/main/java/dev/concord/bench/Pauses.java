package dev.concord.bench;

import java.io.IOException;
import java.util.concurrent.locks.LockSupport;

/// One client that posts one message after the other to a node, and remembers the longest time without an
/// acknowledgement. Threads: one that runs it, one that asks.
public final class Pauses implements Runnable {
    /// Time between two messages: what is measured is the pause, not how busy the machine can be made.
    private static final long BREATH_NANOS = 2_000_000;

    private final Target target;
    private final Payload payload;
    private final Measurement measurement;
    private long lastNanos = System.nanoTime();
    private long longestNanos;

    public Pauses(Target target, Payload payload, Measurement measurement) {
        this.target = target;
        this.payload = payload;
        this.measurement = measurement;
    }

    /// From now on: what came before is forgotten.
    public synchronized void reset() {
        lastNanos = System.nanoTime();
        longestNanos = 0;
    }

    /// The longest time between two acknowledgements since [#reset], or up to the first.
    public synchronized long longestNanos() {
        return longestNanos;
    }

    private synchronized void acknowledged() {
        long now = System.nanoTime();
        longestNanos = Math.max(longestNanos, now - lastNanos);
        lastNanos = now;
    }

    @Override
    public void run() {
        byte[] request = RestLoop.request(target, payload.json());
        try (HttpConnection connection = new HttpConnection(target)) {
            while (!measurement.isStopped()) {
                long before = measurement.acknowledged();
                RestLoop.post(connection, request, System.nanoTime(), measurement);
                if (measurement.acknowledged() > before) {
                    acknowledged();
                }
                LockSupport.parkNanos(BREATH_NANOS);
            }
        } catch (IOException e) {
            measurement.fail(e);
        }
    }
}
