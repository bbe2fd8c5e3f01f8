package dev.concord.sequencing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

/// X6: what a leader takes in a second.
class AdmissionRateTests {
    private static final long SECOND = 1_000_000_000L;

    @Test
    void aSecondsWorthMayComeAtOnceAndThenNoMore() {
        AdmissionRate rate = new AdmissionRate(100);
        assertThat(rate.allowance(0)).isEqualTo(100);
        rate.took(100);

        assertThat(rate.allowance(0)).isZero();
        assertThat(rate.allowance(SECOND / 100)).isEqualTo(1);
        assertThat(rate.allowance(SECOND / 2)).isEqualTo(50);
    }

    @Test
    void aLongRestSavesNoMoreThanASecondsWorth() {
        AdmissionRate rate = new AdmissionRate(100);
        rate.allowance(0);
        rate.took(100);

        assertThat(rate.allowance(1_000 * SECOND)).isEqualTo(100);
    }

    @Test
    void manySmallStepsLoseNothingToRounding() {
        AdmissionRate rate = new AdmissionRate(333);
        rate.allowance(0);
        rate.took(333);
        Random random = new Random(7);
        long now = 0;
        long taken = 0;
        while (now < 100 * SECOND) {
            now += random.nextInt(5_000_000);
            int allowance = rate.allowance(now);
            rate.took(allowance);
            taken += allowance;
        }

        assertThat(taken).isBetween(33_299L, 33_302L);
    }

    @Test
    void zeroIsNoLimit() {
        AdmissionRate rate = new AdmissionRate(0);
        rate.took(1_000_000);

        assertThat(rate.allowance(0)).isEqualTo(Integer.MAX_VALUE);
    }
}
