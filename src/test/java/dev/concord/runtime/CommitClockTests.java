package dev.concord.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The leader's stopwatch, from appending to commit.
class CommitClockTests {
    private final CommitClock clock = new CommitClock();
    private final List<Long> durations = new ArrayList<>();

    private void committed(long index, long now) {
        clock.committed(index, now, durations::add);
    }

    @Test
    void aBatchIsTimedFromItsAppendToTheCommitOfItsLastEntry() {
        clock.appended(5, 100);

        committed(4, 110);
        assertThat(durations).as("not all of it is committed").isEmpty();

        committed(5, 130);
        assertThat(durations).containsExactly(30L);
    }

    @Test
    void oneCommitMayCompleteSeveralBatches() {
        clock.appended(5, 100);
        clock.appended(7, 120);
        clock.appended(9, 125);

        committed(8, 130);
        assertThat(durations).containsExactly(30L, 10L);

        committed(20, 135);
        assertThat(durations).containsExactly(30L, 10L, 10L);
    }

    @Test
    void aBatchIsTimedOnce() {
        clock.appended(5, 100);

        committed(5, 110);
        committed(6, 120);

        assertThat(durations).containsExactly(10L);
    }

    @Test
    void whatIsOpenWhenLeadershipEndsIsNeverTimed() {
        clock.appended(5, 100);
        clock.clear();

        committed(5, 110);
        assertThat(durations).isEmpty();

        clock.appended(6, 200);
        committed(6, 201);
        assertThat(durations).as("the next leadership begins anew").containsExactly(1L);
    }

    @Test
    void withTooManyOpenTheNewestGoUntimedAndTheRestIsRight() {
        for (int i = 1; i <= CommitClock.MAX_OPEN + 3; i++) {
            clock.appended(i, i);
        }

        committed(CommitClock.MAX_OPEN + 3L, 10_000);

        assertThat(durations).hasSize(CommitClock.MAX_OPEN).startsWith(9_999L, 9_998L);
        assertThat(durations.getLast()).isEqualTo(10_000L - CommitClock.MAX_OPEN);
    }

    @Test
    void itGoesRoundItsMemoryWithoutMixingBatchesUp() {
        for (long i = 1; i <= 3L * CommitClock.MAX_OPEN; i++) {
            clock.appended(i, 10 * i);
            if (i > 2) {
                committed(i - 2, 10 * i);
            }
        }
        assertThat(durations)
                .hasSize(3 * CommitClock.MAX_OPEN - 2)
                .as("each was open for two more appends")
                .containsOnly(20L);
    }
}
