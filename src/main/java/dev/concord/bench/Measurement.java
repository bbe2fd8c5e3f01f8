package dev.concord.bench;

import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;
import org.jspecify.annotations.Nullable;

/// What the workers of one run count. Threads: any number of workers, one that asks.
public final class Measurement {
    /// Digits that the histogram keeps of each time.
    private static final int DIGITS = 3;

    private final Recorder micros = new Recorder(DIGITS);
    private final LongAdder acknowledged = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final AtomicReference<@Nullable String> refusal = new AtomicReference<>();
    private volatile boolean stopped;

    /// What was counted in a window.
    ///
    /// @param micros times from sending to acknowledgement, in microseconds
    public record Window(long acknowledged, long refused, long nanos, Histogram micros) {
        /// Acknowledged messages in a second.
        public double rate() {
            return acknowledged * 1e9 / nanos;
        }

        /// A percentile in milliseconds.
        public double millis(double percentile) {
            return micros.getValueAtPercentile(percentile) / 1e3;
        }

        public double maxMillis() {
            return micros.getMaxValue() / 1e3;
        }
    }

    private long openedAt = System.nanoTime();
    private long acknowledgedBefore;
    private long refusedBefore;

    /// Begins a window: what was counted so far was to warm up.
    public void open() {
        micros.reset();
        acknowledgedBefore = acknowledged.sum();
        refusedBefore = refused.sum();
        openedAt = System.nanoTime();
    }

    /// Ends the window.
    public Window close() {
        long nanos = System.nanoTime() - openedAt;
        return new Window(
                acknowledged.sum() - acknowledgedBefore,
                refused.sum() - refusedBefore,
                nanos,
                micros.getIntervalHistogram());
    }

    /// Acknowledgements since the program started.
    public long acknowledged() {
        return acknowledged.sum();
    }

    /// The first refusal or failure, in the words of the server; null if there was none.
    public @Nullable String refusal() {
        return refusal.get();
    }

    /// Tells the workers to come to an end.
    public void stop() {
        stopped = true;
    }

    boolean isStopped() {
        return stopped;
    }

    void acknowledge(long sentAt, long now) {
        acknowledged.increment();
        micros.recordValue(Math.max(0, now - sentAt) / 1000);
    }

    /// Something was not acknowledged.
    void refuse(String why) {
        refused.increment();
        refusal.compareAndSet(null, why);
    }

    /// A worker cannot go on.
    void fail(Exception why) {
        if (!stopped) {
            String message = why.getMessage();
            refuse(message == null ? why.getClass().getSimpleName() : message);
        }
    }
}
