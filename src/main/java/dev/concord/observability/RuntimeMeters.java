package dev.concord.observability;

import dev.concord.chat.RefusalObserver;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/// Meters that are fed as things happen, some of them once per message: they are looked up once, here, and recording is
/// a handful of additions.
public final class RuntimeMeters implements RefusalObserver {
    private static final Duration[] COMMIT_BUCKETS = millis(1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000);
    private static final Duration[] FSYNC_BUCKETS = millis(1, 2, 5, 10, 20, 50, 100, 500, 1000, 3000);

    private final MeterRegistry registry;
    private final Timer commit;
    private final Timer fsync;
    private final DistributionSummary batch;
    private final Counter bytes;
    private final Timer loop;
    private final Map<String, Counter> refusals = new ConcurrentHashMap<>();

    public RuntimeMeters(MeterRegistry registry) {
        this.registry = registry;
        commit = Timer.builder("concord.commit")
                .description("From submission at this node to committed by a majority and applied here")
                .serviceLevelObjectives(COMMIT_BUCKETS)
                .register(registry);
        fsync = Timer.builder("concord.fsync")
                .description("Writing and syncing one batch of entries")
                .serviceLevelObjectives(FSYNC_BUCKETS)
                .register(registry);
        batch = DistributionSummary.builder("concord.fsync.entries")
                .description("Entries made durable by one sync")
                .register(registry);
        bytes = Counter.builder("concord.log.written")
                .baseUnit("bytes")
                .description("Bytes of entries written to the log")
                .register(registry);
        loop = Timer.builder("concord.loop")
                .description("Batches of the event loop")
                .register(registry);
    }

    /// A batch became durable.
    public void synced(long nanos, int entries, long size) {
        fsync.record(nanos, TimeUnit.NANOSECONDS);
        batch.record(entries);
        bytes.increment((double) size);
    }

    /// The event loop worked off a batch of events.
    public void stepped(long nanos) {
        loop.record(nanos, TimeUnit.NANOSECONDS);
    }

    /// A message submitted here was committed.
    public void committed(long nanos) {
        commit.record(nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void refused(String code) {
        refusals.computeIfAbsent(code, this::refusals).increment();
    }

    private Counter refusals(String code) {
        return Counter.builder("concord.refusals")
                .description("Requests and frames answered with a problem")
                .tag("code", code)
                .register(registry);
    }

    private static Duration[] millis(int... values) {
        Duration[] durations = new Duration[values.length];
        for (int i = 0; i < values.length; i++) {
            durations[i] = Duration.ofMillis(values[i]);
        }
        return durations;
    }
}
