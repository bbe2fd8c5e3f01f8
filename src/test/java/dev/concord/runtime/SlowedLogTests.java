package dev.concord.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concord.protocol.Levels;
import dev.concord.protocol.NodeId;
import dev.concord.storage.JsonlSegmentLog;
import dev.concord.storage.SegmentLimits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A disk that takes longer, and nothing else.
@Timeout(30)
class SlowedLogTests {
    private static final Duration DELAY = Duration.ofMillis(80);

    private final SyncDelay delay = new SyncDelay();
    private SlowedLog log;

    @BeforeEach
    void open(@TempDir Path folder) {
        log = new SlowedLog(new JsonlSegmentLog(folder, new NodeId(1), SegmentLimits.DEFAULT, new Levels(1, 1)), delay);
        log.recover();
    }

    @AfterEach
    void close() {
        log.close();
    }

    @Test
    void eachSyncTakesTheDelayAtLeast() {
        delay.set(DELAY);

        assertThat(timed(log::sync)).isGreaterThanOrEqualTo(DELAY.toNanos());
    }

    @Test
    void anInterruptNeitherShortensItNorGetsLost() {
        delay.set(DELAY);
        Thread.currentThread().interrupt();
        try {
            assertThat(timed(delay::take)).isGreaterThanOrEqualTo(DELAY.toNanos());
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void appendingIsAsFastAsEver() {
        delay.set(SyncDelay.MAX);

        assertThat(timed(() -> log.append(List.of()))).isLessThan(SyncDelay.MAX.toNanos());
    }

    @Test
    void moreThanTheLimitIsRefused() {
        assertThatThrownBy(() -> delay.set(SyncDelay.MAX.plusMillis(1))).hasMessageContaining("0 to 10000 ms");
        assertThatThrownBy(() -> delay.set(Duration.ofMillis(-1))).isInstanceOf(IllegalArgumentException.class);
        assertThat(delay.get()).isZero();
    }

    private static long timed(Runnable work) {
        long start = System.nanoTime();
        work.run();
        return System.nanoTime() - start;
    }
}
