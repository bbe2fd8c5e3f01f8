package dev.concord.client;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// Asks the node in use how its cluster is, every few seconds, on a thread of its own: for the eyes of a person, and to
/// leave a node that has fallen silent or is cut off from the others long before its connection breaks.
final class ClusterProbe {
    static final Duration INTERVAL = Duration.ofSeconds(2);
    /// Questions in a row without an answer that make a node silent.
    static final int SILENT_AFTER = 2;
    /// How long a node may know no leader before another one is tried; doubled each time, since it may be the same
    /// everywhere.
    static final Duration LEADERLESS = Duration.ofSeconds(8);

    static final Duration LONGEST_LEADERLESS = Duration.ofMinutes(2);

    private final BiConsumer<NodeApi, ClusterView> seen;
    private final BiConsumer<NodeApi, String> unfit;
    private final Thread thread =
            Thread.ofPlatform().daemon().name("concord-probe").unstarted(this::run);
    private volatile @Nullable NodeApi node;
    private volatile boolean stopped;

    private int silences;
    private long leaderlessSince;
    private Duration patience = LEADERLESS;

    /// @param unfit told a node that had better be left, and why
    ClusterProbe(BiConsumer<NodeApi, ClusterView> seen, BiConsumer<NodeApi, String> unfit) {
        this.seen = seen;
        this.unfit = unfit;
    }

    void start() {
        thread.start();
    }

    void stop() {
        stopped = true;
        LockSupport.unpark(thread);
    }

    /// From now on this node is asked; null for none.
    void watch(@Nullable NodeApi inUse) {
        node = inUse;
        LockSupport.unpark(thread);
    }

    private void run() {
        NodeApi last = null;
        while (!stopped) {
            NodeApi asked = node;
            if (asked != last) {
                silences = 0;
                leaderlessSince = 0;
                last = asked;
            }
            if (asked != null) {
                ask(asked);
            }
            if (node == last) {
                LockSupport.parkNanos(this, INTERVAL.toNanos());
            }
        }
    }

    private void ask(NodeApi asked) {
        try {
            ClusterView view = asked.cluster(INTERVAL);
            silences = 0;
            seen.accept(asked, view);
            judge(asked, view, System.nanoTime());
        } catch (IOException e) {
            if (++silences >= SILENT_AFTER) {
                unfit.accept(asked, "it does not answer (" + MessageSender.plain(e) + ")");
            }
        }
    }

    void judge(NodeApi asked, ClusterView view, long now) {
        if (view.isWritable()) {
            leaderlessSince = 0;
            patience = LEADERLESS;
        } else if (leaderlessSince == 0) {
            leaderlessSince = now;
        } else if (now - leaderlessSince > patience.toNanos()) {
            Duration doubled = patience.multipliedBy(2);
            patience = doubled.compareTo(LONGEST_LEADERLESS) > 0 ? LONGEST_LEADERLESS : doubled;
            unfit.accept(asked, "it has no leader");
        }
    }
}
