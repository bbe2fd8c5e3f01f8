package dev.concord.transport;

import java.util.random.RandomGenerator;

/// The pauses between dials that fail: doubling from 100 ms to 2 s, each cut short by chance, so that nodes that lost
/// each other together do not dial together for ever (T6).
final class Backoff {
    private final RandomGenerator random;
    private long nextMillis = TransportLimits.FIRST_BACKOFF.toMillis();

    Backoff(RandomGenerator random) {
        this.random = random;
    }

    /// The next pause: between half and the whole of the step.
    long nextMillis() {
        long step = nextMillis;
        nextMillis = Math.min(2 * step, TransportLimits.LAST_BACKOFF.toMillis());
        return step / 2 + random.nextLong(step / 2 + 1);
    }

    void reset() {
        nextMillis = TransportLimits.FIRST_BACKOFF.toMillis();
    }
}
