package dev.concord.web.stomp;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/// What the endpoint has done, for meters. Any thread.
public final class StompStatistics {
    final LongAdder sessions = new LongAdder();
    final LongAdder subscriptions = new LongAdder();
    final LongAdder deliveries = new LongAdder();
    final LongAdder submissions = new LongAdder();
    final AtomicLong refusals = new AtomicLong();
    final LongAdder faults = new LongAdder();
    final LongAdder cut = new LongAdder();

    /// Open sessions.
    public long sessions() {
        return sessions.sum();
    }

    /// Subscriptions of open sessions.
    public long subscriptions() {
        return subscriptions.sum();
    }

    /// MESSAGE frames of the chat sent since the start.
    public long deliveries() {
        return deliveries.sum();
    }

    /// SEND frames handed to the cluster since the start.
    public long submissions() {
        return submissions.sum();
    }

    /// SEND frames refused since the start, seen by their clients or not.
    public long refusals() {
        return refusals.get();
    }

    long nextRefusal() {
        return refusals.incrementAndGet();
    }

    /// Sessions ended by an ERROR frame since the start.
    public long faults() {
        return faults.sum();
    }

    /// Sessions cut off since the start because their clients did not read.
    public long cut() {
        return cut.sum();
    }
}
