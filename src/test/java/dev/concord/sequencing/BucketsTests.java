package dev.concord.sequencing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BucketsTests {
    private static final int CAPACITY = 256;
    private final Buckets buckets = new Buckets(CAPACITY);

    private List<Long> seqs(int hash) {
        List<Long> seqs = new ArrayList<>();
        for (int at = buckets.first(hash); at >= 0; at = buckets.next(at, hash)) {
            seqs.add(buckets.seq(at));
        }
        return seqs;
    }

    private static int spread(long seq) {
        return (int) (seq * 0x9e37_79b9L);
    }

    @Test
    void findsAllEntriesOfAHash() {
        buckets.clear(1_000);
        buckets.put(1_000, 0x1234_5607);
        buckets.put(1_001, 0x1234_5707); // the same bucket, other bits before it
        buckets.put(1_002, 0x1234_5607);
        buckets.put(1_003, 0x4321_5608); // the next bucket, which is taken

        assertThat(seqs(0x1234_5607)).containsExactly(1_000L, 1_002L);
        assertThat(seqs(0x1234_5707)).containsExactly(1_001L);
        assertThat(seqs(0x4321_5608)).containsExactly(1_003L);
        assertThat(seqs(0x1111_5609)).isEmpty();
    }

    @Test
    void goesOnAtTheFirstBucketBehindTheLast() {
        buckets.clear(1);
        for (long seq = 1; seq <= 5; seq++) {
            buckets.put(seq, -1); // the last bucket
        }

        assertThat(seqs(-1)).containsExactly(1L, 2L, 3L, 4L, 5L);
    }

    @Test
    void takesNoBucketForAnEntryThatWasThereBefore() {
        buckets.clear(1);
        buckets.put(1, 77);
        buckets.put(1, 77);
        buckets.put(1, 77 + 1_024);

        assertThat(buckets.used()).isEqualTo(2);
        assertThat(seqs(77)).containsExactly(1L);
    }

    @Test
    void isFullWhileASearchStillEnds() {
        buckets.clear(7);
        for (long seq = 7; !buckets.isFull(); seq++) {
            buckets.put(seq, spread(seq));
        }

        assertThat(buckets.used()).isEqualTo(CAPACITY / 8 * 7);
        assertThat(seqs(spread(7))).containsExactly(7L);
        for (int hash = 0; hash < CAPACITY; hash++) {
            assertThat(seqs(hash)).isEmpty();
        }
    }

    @Test
    void holdsNothingAfterItWasCleared() {
        buckets.clear(1);
        buckets.put(1, 5);
        buckets.clear(9);

        assertThat(seqs(5)).isEmpty();
        assertThat(buckets.used()).isZero();
        assertThat(buckets.base()).isEqualTo(9);
    }
}
