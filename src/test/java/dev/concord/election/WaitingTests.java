package dev.concord.election;

import static dev.concord.protocol.Examples.member;
import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.election.Preemption.Candidate;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// The two pauses that keep elections rare: hold-off after failures (E6), stability before a handover (E13).
class WaitingTests {
    @Nested
    @DisplayName("E6: a hold-off")
    class AHoldOff {
        private final HoldOff holdOff = new HoldOff(100, 1000);

        @Test
        void isOverBeforeTheFirstFailure() {
            assertThat(holdOff.isOver(0)).isTrue();
        }

        @Test
        void lastsLongerTheMoreAbleNodesStandAbove() {
            assertThat(holdOff.failed(5000, 1, 0)).isEqualTo(5100);
            holdOff.succeeded();
            assertThat(holdOff.failed(5000, 3, 7)).isEqualTo(5307);
        }

        @Test
        void doublesWithEachFailureUpToItsLimit() {
            assertThat(holdOff.failed(0, 1, 0)).isEqualTo(100);
            assertThat(holdOff.failed(0, 1, 0)).isEqualTo(200);
            assertThat(holdOff.failed(0, 1, 0)).isEqualTo(400);
            assertThat(holdOff.failed(0, 1, 0)).isEqualTo(800);
            for (int i = 0; i < 100; i++) {
                assertThat(holdOff.failed(0, 1, 0)).isEqualTo(1000);
            }
        }

        @Test
        void endsWithTimeOrSuccess() {
            holdOff.failed(0, 1, 0);
            assertThat(holdOff.isOver(99)).isFalse();
            assertThat(holdOff.isOver(100)).isTrue();

            holdOff.failed(0, 1, 0);
            holdOff.succeeded();
            assertThat(holdOff.isOver(0)).isTrue();
            assertThat(holdOff.failed(0, 1, 0)).isEqualTo(100);
        }
    }

    @Nested
    @DisplayName("E13: preemption")
    class ThePreemption {
        private static final long STABLE = 1000;
        private final Preemption preemption = new Preemption(STABLE);

        @Test
        void waitsUntilTheHigherNodeWasFitForTheWholeTime() {
            assertThat(heirAt(0, fit(5))).isEmpty();
            assertThat(heirAt(STABLE - 1, fit(5))).isEmpty();
            assertThat(heirAt(STABLE, fit(5))).contains(member(5));
        }

        @Test
        void beginsAnewAfterEveryBreak() {
            heirAt(0, fit(5));
            heirAt(900, new Candidate(member(5), false, 0));
            heirAt(950, fit(5));

            assertThat(heirAt(1900, fit(5))).isEmpty();
            assertThat(heirAt(1950, fit(5))).contains(member(5));
        }

        @Test
        void beginsAnewWhenTheNodeWasNoMemberForAWhile() {
            heirAt(0, fit(5));
            preemption.heir(List.of(), 500);

            assertThat(heirAt(1000, fit(5))).isEmpty();
        }

        @Test
        @DisplayName("trap 2: the time doubles with each of its recent leaderships")
        void waitsTwiceAsLongForANodeThatFlaps() {
            heirAt(0, new Candidate(member(5), true, 2));

            assertThat(heirAt(4 * STABLE - 1, new Candidate(member(5), true, 2)))
                    .isEmpty();
            assertThat(heirAt(4 * STABLE, new Candidate(member(5), true, 2))).contains(member(5));
        }

        @Test
        void doesNotWaitForEver() {
            heirAt(0, new Candidate(member(5), true, 8));
            long longest = STABLE << Preemption.MAX_DOUBLINGS;

            assertThat(heirAt(longest - 1, new Candidate(member(5), true, 8))).isEmpty();
            assertThat(heirAt(longest, new Candidate(member(5), true, 8))).contains(member(5));
        }

        @Test
        void choosesTheHighestThatIsRipe() {
            preemption.heir(List.of(fit(4), fit(5), new Candidate(member(6), true, 1)), 0);

            assertThat(preemption.heir(List.of(fit(4), fit(5), new Candidate(member(6), true, 1)), STABLE))
                    .contains(member(5));
        }

        @Test
        void waitsTwiceAsLongForAnHeirThatDidNotTakeOver() {
            heirAt(0, fit(5));
            preemption.handoverFailed(member(5));
            heirAt(1000, fit(5));

            assertThat(heirAt(1000 + 2 * STABLE - 1, fit(5))).isEmpty();
            assertThat(heirAt(1000 + 2 * STABLE, fit(5))).contains(member(5));
        }

        @Test
        void beginsAnewWithEachLeadership() {
            heirAt(0, fit(5));
            preemption.reset();

            assertThat(heirAt(STABLE, fit(5))).isEmpty();
        }

        private Candidate fit(int id) {
            return new Candidate(member(id), true, 0);
        }

        private Optional<dev.concord.protocol.Member> heirAt(long now, Candidate candidate) {
            return preemption.heir(List.of(candidate), now);
        }
    }
}
