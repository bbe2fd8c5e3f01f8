package dev.concord.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RateLimiterTests {
    private static final int PER_SECOND = 10;

    private final AtomicLong clock = new AtomicLong(-5_000_000_000L);
    private final RateLimiter limiter = new RateLimiter(PER_SECOND, clock::get);

    private int granted(String client, int asked) {
        int granted = 0;
        for (int i = 0; i < asked; i++) {
            granted += limiter.tryTake(client) == 0 ? 1 : 0;
        }
        return granted;
    }

    @Test
    void grantsABurstOfASecondAndThenTheRate() {
        assertThat(granted("ada", 1_000)).isEqualTo(PER_SECOND);
        for (int second = 0; second < 5; second++) {
            clock.addAndGet(TimeUnit.SECONDS.toNanos(1));
            assertThat(granted("ada", 1_000)).isEqualTo(PER_SECOND);
        }
    }

    @Test
    void saysHowLongToWaitAndKeepsItsWord() {
        granted("ada", PER_SECOND);
        long wait = limiter.tryTake("ada");

        assertThat(wait).isEqualTo(TimeUnit.MILLISECONDS.toNanos(100));
        clock.addAndGet(wait - 1);
        assertThat(limiter.tryTake("ada")).isPositive();
        clock.addAndGet(1);
        assertThat(limiter.tryTake("ada")).isZero();
    }

    @Test
    void countsEachClientAlone() {
        granted("ada", 1_000);

        assertThat(granted("bob", 1_000)).isEqualTo(PER_SECOND);
    }

    @Test
    void remembersALimitedNumberOfClients() {
        for (int i = 0; i < 3 * RateLimiter.MAX_CLIENTS; i++) {
            limiter.tryTake("client " + i);
        }

        assertThat(limiter.clients()).isLessThanOrEqualTo(RateLimiter.MAX_CLIENTS);
    }

    @Test
    void grantsEverythingWithoutALimit() {
        RateLimiter none = RateLimiter.none();

        for (int i = 0; i < 1_000; i++) {
            assertThat(none.tryTake("ada")).isZero();
        }
        assertThat(none.clients()).isZero();
    }
}
