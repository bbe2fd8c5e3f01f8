package dev.concord.chat;

import dev.concord.protocol.ClusterId;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.LogSnapshot;
import dev.concord.runtime.ClusterNode;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// The committed log by index, entries of every kind, for those who copy it: backups. Readers of messages use
/// [MessageReader].
///
/// **Threads.** Any; calls may wait and read the disk.
public final class CommittedEntries {
    /// How long the leader may take to confirm the head.
    static final Duration HEAD_PATIENCE = Duration.ofSeconds(2);

    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final ClusterNode node;

    public CommittedEntries(ClusterNode node) {
        this.node = node;
    }

    /// How far the committed log reaches.
    ///
    /// @param clusterId null before there is a cluster
    /// @param index everything that was acknowledged before the question is at or below it, if it is `confirmed`
    /// @param confirmed whether a majority has confirmed it just now (C4); else it is what this node knows
    public record Head(@Nullable String clusterId, int node, long index, boolean confirmed) {}

    public Head head() throws InterruptedException {
        ClusterId cluster = node.status().clusterId();
        long confirmed = -1;
        try {
            confirmed = node.head(HEAD_PATIENCE).get(HEAD_PATIENCE.toMillis() * 2, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            // the same as "not confirmed"
        } catch (ExecutionException e) {
            throw new IllegalStateException("the head has an outcome, not a failure", e);
        }
        long known = node.committed().commitIndex();
        return new Head(
                cluster == null ? null : cluster.toString(),
                node.status().self().id().value(),
                Math.max(known, confirmed),
                confirmed >= 0);
    }

    /// Waits until this node knows that `index` is committed; returns whether it does.
    public boolean await(long index, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (node.committed().commitIndex() < index) {
            if (System.nanoTime() > deadline
                    || node.committed().isClosed()
                    || Thread.currentThread().isInterrupted()) {
                return false;
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
        return true;
    }

    /// The next entries from `from` on, not beyond `to`, which is committed: at least one, unless `from` was removed by
    /// retention.
    public List<LogEntry> read(long from, long to, int maxBytes) {
        return node.committed().reader().read(from, to, maxBytes);
    }

    /// What the log begins behind: whoever copies it from its beginning needs this too (C5).
    public LogSnapshot start() {
        return node.committed().reader().start();
    }

    /// Whether the node is stopping.
    public boolean isClosed() {
        return node.committed().isClosed();
    }
}
