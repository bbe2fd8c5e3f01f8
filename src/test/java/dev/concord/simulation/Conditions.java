package dev.concord.simulation;

import dev.concord.protocol.ProtocolSettings;
import java.time.Duration;
import java.util.random.RandomGenerator;

/// What a seed decides before anything happens: the size of the cluster, its settings, its world, and what
/// goes wrong.
///
/// @param nodes founding nodes; each lists all others as seeds, and the highest id founds (M1)
/// @param theme which faults the run is about
/// @param orderedLinks whether links behave like TCP (order kept, breaks noticed), or lose, repeat, reorder
///     and replay
/// @param weather delays and losses while faults rage
/// @param disk durations of writes and syncs
/// @param clients writing clients
/// @param turmoil how long faults rage
/// @param faultEvery mean time between two faults
/// @param troubledFounding whether faults rage from the first moment, and not only once the cluster is founded
record Conditions(
        int nodes,
        Theme theme,
        ProtocolSettings settings,
        boolean orderedLinks,
        Weather weather,
        DiskSpeed disk,
        int clients,
        Duration turmoil,
        Duration faultEvery,
        boolean troubledFounding) {

    enum Theme {
        /// Everything below, mixed.
        MIXED,
        /// Processes die, alone or all at once, and restart.
        CRASHES,
        /// The network falls apart: halves, single nodes, single links, single directions.
        PARTITIONS,
        /// Processes sleep, disks hang, clocks jump.
        STALLS,
        /// Volumes are emptied and their nodes return under the old id (M3).
        WIPES,
        /// Records rot and tails vanish on a minority of the disks, while processes die and links break (P1
        /// to P3).
        DAMAGE,
        /// Operators move leadership about and stop nodes with grace.
        OPERATIONS,
        /// Operators add and remove members while nodes die and links break (M2, M4, M5).
        MEMBERS,
        /// The leader and a majority stay healthy; the rest suffers. No term may grow (I18).
        CALM
    }

    /// @param lossPerMille of messages (lost for good, or resent late on ordered links)
    record Weather(long minDelayNanos, long maxDelayNanos, int lossPerMille, int repeatPerMille, int replayPerMille) {
        static final Weather FAIR = new Weather(20_000, 500_000, 0, 0, 0);
        /// One millisecond, always: for transcripts that people read.
        static final Weather STILL = new Weather(1_000_000, 1_000_000, 0, 0, 0);
    }

    /// Machines that are not among the founding ones, and may join.
    int spares() {
        return theme == Theme.MEMBERS ? 3 : 1;
    }

    /// The weather while no faults rage.
    Weather calmWeather() {
        return weather.equals(Weather.STILL) ? Weather.STILL : Weather.FAIR;
    }

    /// @param stallPerMille of syncs take up to `stallNanos`
    record DiskSpeed(long minSyncNanos, long maxSyncNanos, int stallPerMille, long stallNanos) {
        static final DiskSpeed FAST = new DiskSpeed(50_000, 500_000, 0, 0);
        static final DiskSpeed STILL = new DiskSpeed(1_000_000, 1_000_000, 0, 0);
    }

    static Conditions draw(RandomGenerator random) {
        int nodes = random.nextInt(3) == 0 ? 5 : 3;
        Theme theme = draw(random, Theme.values());
        if (random.nextInt(4) == 0) {
            theme = Theme.MIXED;
        }
        boolean ordered = theme == Theme.CALM || random.nextInt(3) > 0;
        return new Conditions(
                nodes,
                theme,
                drawSettings(random),
                ordered,
                theme == Theme.CALM ? Weather.FAIR : drawWeather(random, ordered),
                drawDisk(random, theme),
                1 + random.nextInt(4),
                Duration.ofMillis(8_000 + random.nextInt(12_000)),
                Duration.ofMillis(300 + random.nextInt(1_500)),
                theme != Theme.CALM
                        && theme != Theme.WIPES
                        && theme != Theme.MEMBERS
                        && theme != Theme.DAMAGE
                        && random.nextInt(4) == 0);
    }

    private static Weather drawWeather(RandomGenerator random, boolean ordered) {
        long slowest = draw(random, 500_000L, 2_000_000L, 20_000_000L, 120_000_000L);
        int loss = draw(random, 0, 0, 5, 30, 150);
        return new Weather(
                20_000, slowest, loss, ordered ? 0 : draw(random, 0, 20, 200), ordered ? 0 : draw(random, 0, 10, 50));
    }

    private static DiskSpeed drawDisk(RandomGenerator random, Theme theme) {
        long slowest = draw(random, 500_000L, 2_000_000L, 10_000_000L);
        boolean stalls = theme == Theme.STALLS || theme == Theme.MIXED;
        return new DiskSpeed(
                50_000, slowest, stalls ? draw(random, 0, 2, 10) : 0, draw(random, 300_000_000L, 6_000_000_000L));
    }

    /// Times short enough for many events in little time, limits small enough to be reached.
    private static ProtocolSettings drawSettings(RandomGenerator random) {
        Duration heartbeat = Duration.ofMillis(draw(random, 50, 100, 200));
        Duration leaderTimeout = heartbeat.multipliedBy(draw(random, 5, 6, 7));
        int page = draw(random, 4_000, 16_000, 256 << 10);
        return settings(
                heartbeat,
                leaderTimeout,
                Duration.ofMillis(1_000 + random.nextInt(1_000)),
                Duration.ofSeconds(draw(random, 3, 5)),
                draw(random, 20, 50, 200_000),
                draw(random, 4, 20, 10_000),
                draw(random, 1, 4, 64),
                page,
                draw(random, 0, 1_500, 16 << 20),
                draw(random, 200_000, 1_000_000, 16 << 20));
    }

    /// Settings around a heartbeat and a leader timeout, with small limits.
    static ProtocolSettings settings(
            Duration heartbeat,
            Duration leaderTimeout,
            Duration preemptStable,
            Duration replaceAfter,
            int dedupWindow,
            int maxPending,
            int windowMessages,
            int pageBytes,
            int tailBytes,
            int catchupRate) {
        ProtocolSettings usual = ProtocolSettings.of(heartbeat, leaderTimeout);
        return new ProtocolSettings(
                usual.heartbeat(),
                usual.fdTimeout(),
                usual.leaderTimeout(),
                Duration.ofMillis(Math.min(100, leaderTimeout.toMillis() / 3)),
                usual.okTimeout(),
                usual.coordinatorTimeout(),
                usual.claimTimeout(),
                Duration.ofMillis(Math.min(200, leaderTimeout.toMillis() / 2)),
                usual.diskStall(),
                usual.commitStall(),
                usual.ackTimeout(),
                preemptStable,
                usual.handoverTimeout(),
                Duration.ofSeconds(2),
                replaceAfter,
                dedupWindow,
                maxPending,
                usual.maxPendingBytes(),
                usual.maxPerSecond(),
                windowMessages,
                usual.windowBytes(),
                pageBytes,
                catchupRate,
                usual.maxCatchups(),
                tailBytes);
    }

    @SafeVarargs
    private static <T> T draw(RandomGenerator random, T... choices) {
        return choices[random.nextInt(choices.length)];
    }
}
