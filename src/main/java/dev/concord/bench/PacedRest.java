package dev.concord.bench;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;

/// `POST /api/messages` at a fixed rate, shared by several connections: whichever is free takes the next message. The
/// time of a message counts from when it was due, so connections that all wait are seen (no coordinated omission).
public final class PacedRest implements Runnable {
    private final Target target;
    private final Payload payload;
    private final Schedule schedule;
    private final Measurement measurement;

    /// When messages are due; shared by the connections of one run.
    public static final class Schedule {
        private final double rate;
        private final long begin = System.nanoTime();
        private final AtomicLong next = new AtomicLong();

        /// @param rate messages in a second
        public Schedule(double rate) {
            this.rate = rate;
        }

        private long due() {
            return begin + (long) (next.getAndIncrement() * 1e9 / rate);
        }
    }

    public PacedRest(Target target, Payload payload, Schedule schedule, Measurement measurement) {
        this.target = target;
        this.payload = payload;
        this.schedule = schedule;
        this.measurement = measurement;
    }

    @Override
    public void run() {
        try (HttpConnection connection = new HttpConnection(target)) {
            while (!measurement.isStopped()) {
                long due = schedule.due();
                StompLoop.waitUntil(due);
                RestLoop.post(connection, RestLoop.request(target, payload.stamped(due)), due, measurement);
            }
        } catch (IOException e) {
            measurement.fail(e);
        }
    }
}
