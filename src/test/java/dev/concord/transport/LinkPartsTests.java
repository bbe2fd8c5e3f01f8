package dev.concord.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

/// The small parts of the links, one by one.
class LinkPartsTests {
    @Test
    void thePausesGrowFromATenthOfASecondToTwoSecondsAndVary() {
        Backoff backoff = new Backoff(new Random(1));
        long[] expectedSteps = {100, 200, 400, 800, 1600, 2000, 2000, 2000};

        for (long step : expectedSteps) {
            assertThat(backoff.nextMillis()).isBetween(step / 2, step);
        }
        backoff.reset();
        assertThat(backoff.nextMillis()).isBetween(50L, 100L);
    }

    @Test
    void theSameTroubleIsWrittenOnceInAWhile() {
        long[] now = {0};
        LinkLog log = new LinkLog(() -> now[0]);

        assertThat(log.isNew("a")).isTrue();
        assertThat(log.isNew("a")).isFalse();
        assertThat(log.isNew("b")).isTrue();
        now[0] += LinkLog.REPEAT_AFTER_NANOS;
        assertThat(log.isNew("a")).isTrue();
    }

    @Test
    void noNumberOfTroublesFillsTheMemory() {
        LinkLog log = new LinkLog(() -> 0);

        for (int i = 0; i < 3 * LinkLog.MAX_REMEMBERED; i++) {
            log.isNew("trouble " + i);
            assertThat(log.remembered()).isLessThanOrEqualTo(LinkLog.MAX_REMEMBERED);
        }
    }
}
