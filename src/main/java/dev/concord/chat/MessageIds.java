package dev.concord.chat;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/// Makes ids for messages whose client gave none: UUIDs of version 7, ordered by time. Any number of threads.
public final class MessageIds {
    private static final long GOLDEN_RATIO = 0x9e3779b97f4a7c15L;

    private final InstantSource clock;
    private final AtomicLong state = new AtomicLong(new SecureRandom().nextLong());

    public MessageIds(InstantSource clock) {
        this.clock = clock;
    }

    /// A new id, unlike any other on any node.
    public String next() {
        long random = state.addAndGet(GOLDEN_RATIO);
        long high = clock.millis() << 16 | 0x7000 | mix(random ^ GOLDEN_RATIO) >>> 52;
        long low = 0x8000_0000_0000_0000L | mix(random) >>> 2;
        return new UUID(high, low).toString();
    }

    /// The output function of SplitMix64: a bijection, so one node never repeats itself.
    private static long mix(long value) {
        long z = (value ^ value >>> 30) * 0xbf58476d1ce4e5b9L;
        z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
        return z ^ z >>> 31;
    }
}
