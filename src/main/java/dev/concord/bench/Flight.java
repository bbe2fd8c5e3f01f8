package dev.concord.bench;

import java.util.concurrent.locks.LockSupport;

/// The messages of one connection that were sent and not answered, at most a fixed number. One thread sends, one takes
/// the answers, which come in the order of sending.
final class Flight {
    private final int window;
    private final long[] sentAt;
    private final Measurement measurement;
    private final Thread sender;
    private volatile long sent;
    private volatile long answered;
    private volatile boolean waiting;

    /// Make it on the thread that sends.
    Flight(int window, Measurement measurement) {
        this.window = window;
        this.sentAt = new long[window];
        this.measurement = measurement;
        this.sender = Thread.currentThread();
    }

    /// How many may be sent now; waits until it is one at least. 0 when the run is over.
    int room() {
        while (!measurement.isStopped()) {
            int room = window - (int) (sent - answered);
            if (room > 0) {
                return room;
            }
            waiting = true;
            if (sent - answered == window) {
                LockSupport.parkNanos(this, 100_000_000);
            }
            waiting = false;
        }
        return 0;
    }

    /// The next `count` messages are on their way.
    void sent(int count, long now) {
        long next = sent;
        for (int i = 0; i < count; i++) {
            sentAt[(int) ((next + i) % window)] = now;
        }
        sent = next + count;
    }

    /// The number of the next message, from 0.
    long next() {
        return sent;
    }

    /// The oldest message in flight is acknowledged.
    ///
    /// @param now when that was read
    void acknowledged(long now) {
        measurement.acknowledge(sentAt[(int) (answered % window)], now);
        answer();
    }

    void refused(String why) {
        measurement.refuse(why);
        answer();
    }

    /// The number of the oldest message in flight.
    long oldest() {
        return answered;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread takes the answers
    private void answer() {
        answered++;
    }

    /// Wakes the sender, once for all answers that came together.
    void wake() {
        if (waiting) {
            LockSupport.unpark(sender);
        }
    }
}
