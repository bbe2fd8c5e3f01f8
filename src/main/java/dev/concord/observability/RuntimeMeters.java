package dev.concord.observability;

import dev.concord.chat.RefusalObserver;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/// Meters that are fed as things happen, some of them once per message: they are looked up once, here, and recording is
/// a handful of additions.
public final class RuntimeMeters implements RefusalObserver {
    /// The bounds of the buckets, in microseconds. Each is a series per node in Prometheus: few, where it matters.
    private static final Duration[] BUCKETS = micros(
            250, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000,
            5_000_000);

    private final MeterRegistry registry;
    private final Timer commit;
    private final Timer leaderCommit;
    private final Timer fsync;
    private final DistributionSummary batch;
    private final Counter bytes;
    private final Timer loop;
    private final Map<String, Counter> refusals = new ConcurrentHashMap<>();

    /// @param codes every code that a refusal can have, so that each is there from the start, at zero
    public RuntimeMeters(MeterRegistry registry, Collection<String> codes) {
        this.registry = registry;
        commit = Timer.builder("concord.commit")
                .description("From submission at this node to committed by a majority and applied here")
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
        leaderCommit = Timer.builder("concord.leader.commit")
                .description("From appending a batch of entries as the leader to its commit by a majority")
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
        fsync = Timer.builder("concord.fsync")
                .description("Writing and syncing one batch of entries")
                .serviceLevelObjectives(BUCKETS)
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
        codes.forEach(code -> refusals.put(code, refusals(code)));
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

    /// A batch appended by this leader was committed.
    public void replicated(long nanos) {
        leaderCommit.record(nanos, TimeUnit.NANOSECONDS);
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

    private static Duration[] micros(int... values) {
        Duration[] durations = new Duration[values.length];
        for (int i = 0; i < values.length; i++) {
            durations[i] = Duration.of(values[i], ChronoUnit.MICROS);
        }
        return durations;
    }
}
