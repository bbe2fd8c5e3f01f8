package dev.concord.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

/// The small parts of the links, one by one.
class LinkPartsTests {
    @Test
    void theFirstLineFeedIsFoundWhereverItIs() {
        Random random = new Random(1);
        for (int round = 0; round < 2_000; round++) {
            byte[] bytes = new byte[random.nextInt(60)];
            random.nextBytes(bytes);
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = random.nextInt(20) == 0 ? (byte) '\n' : bytes[i];
            }
            int from = random.nextInt(bytes.length + 1);
            int to = from + random.nextInt(bytes.length - from + 1);

            assertThat(Bytes.indexOfLineFeed(bytes, from, to)).isEqualTo(slowly(bytes, from, to));
        }
    }

    private static int slowly(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] == '\n') {
                return i;
            }
        }
        return -1;
    }

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
