package dev.concord.runtime;

import dev.concord.node.EventAction;
import dev.concord.node.NodeStatus;
import dev.concord.node.NodeStatus.MemberStatus;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.NodeId;
import java.time.Duration;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads the closed part of the log again and again, slowly, and mends what has become unreadable from
/// another member (S9). A record that rots is found while the others still have it, and not when it is needed.
///
/// **Threads.** One of its own, `concord-scrub`; the counters any.
public final class Scrubber implements AutoCloseable {
    /// Bytes asked of another member at once.
    private static final int PAGE_BYTES = 256 << 10;
    /// How long a member is waited for.
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    /// Pages that nobody gave in a row, after which a part is left for the next round.
    private static final int MAX_FAILURES = 10;

    private static final Logger LOG = LoggerFactory.getLogger(Scrubber.class);

    private final MendableLog log;
    private final MendingPost post;
    private final Supplier<NodeStatus> status;
    private final Settings settings;
    private final FatalExit fatal;
    private final Thread thread;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicLong damages = new AtomicLong();
    private final AtomicLong mended = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private long aheadNanos;
    private long paceAt;

    /// @param interval between the ends of two rounds
    /// @param bytesPerSecond read at most
    public record Settings(Duration interval, long bytesPerSecond) {}

    Scrubber(MendableLog log, MendingPost post, Supplier<NodeStatus> status, Settings settings, FatalExit fatal) {
        this.log = log;
        this.post = post;
        this.status = status;
        this.settings = settings;
        this.fatal = fatal;
        thread = Thread.ofPlatform().name("concord-scrub").daemon().unstarted(this::run);
    }

    /// Begins with a first round at once.
    public void start() {
        thread.start();
    }

    private void run() {
        try {
            while (!closed.get()) {
                long commit = status.get().commitIndex();
                for (MendableLog.Part part : log.closedParts(commit)) {
                    checkIfThere(part);
                }
                TimeUnit.NANOSECONDS.sleep(settings.interval.toNanos());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closed
        } catch (StorageException e) {
            if (!closed.get()) {
                fatal.exit("the log cannot be mended: " + e.getMessage()); // S4
            }
        }
    }

    private void checkIfThere(MendableLog.Part part) throws InterruptedException {
        try {
            check(part);
        } catch (NoSuchElementException e) {
            LOG.debug("a part of the log is not scrubbed: {}", e.getMessage()); // retention was faster
        }
    }

    private void check(MendableLog.Part part) throws InterruptedException {
        paceAt = System.nanoTime();
        aheadNanos = 0;
        String damage = log.damageOf(part, this::pace);
        if (Thread.interrupted() || closed.get()) {
            throw new InterruptedException();
        }
        if (damage.isEmpty()) {
            return;
        }
        damages.incrementAndGet();
        LOG.atError()
                .addKeyValue(EventAction.FIELD, EventAction.LOG_DAMAGED)
                .log(
                        "the log is damaged: {}; mending entries {} to {} from another member",
                        damage,
                        part.firstIndex(),
                        part.lastIndex());
        if (mend(part)) {
            mended.incrementAndGet();
            LOG.atWarn()
                    .addKeyValue(EventAction.FIELD, EventAction.LOG_MENDED)
                    .log(
                            "entries {} to {} are whole again; the damaged file is in quarantine",
                            part.firstIndex(),
                            part.lastIndex());
        } else {
            LOG.atError()
                    .addKeyValue(EventAction.FIELD, EventAction.LOG_DAMAGED)
                    .log(
                            "entries {} to {} could not be had from any member; trying again with the next round",
                            part.firstIndex(),
                            part.lastIndex());
        }
    }

    private boolean mend(MendableLog.Part part) throws InterruptedException {
        int failures = 0;
        try (MendableLog.Mending mending = log.mend(part)) {
            while (!mending.isComplete()) {
                List<NodeId> others = others();
                if (others.isEmpty() || failures > MAX_FAILURES) {
                    return false;
                }
                NodeId member = others.get(failures % others.size());
                List<LogEntry> page = post.ask(member, mending.last(), mending.lastHash(), PAGE_BYTES, PATIENCE);
                failures = !page.isEmpty() && mending.add(page) ? 0 : failures + 1;
            }
            mending.finish();
            return true;
        }
    }

    /// The other members in reach that are whole, the leader first.
    private List<NodeId> others() {
        NodeStatus now = status.get();
        return now.members().stream()
                .filter(m -> m.alive() && !m.repairing() && !m.member().equals(now.self()))
                .map(MemberStatus::member)
                .map(m -> m.id())
                .sorted((a, b) -> Boolean.compare(b.equals(now.leader()), a.equals(now.leader())))
                .toList();
    }

    /// Waits as long as these bytes should have taken.
    private void pace(int read) {
        bytes.addAndGet(read);
        aheadNanos += read * 1_000_000_000L / settings.bytesPerSecond;
        long due = paceAt + aheadNanos - System.nanoTime();
        if (due > 0) {
            try {
                TimeUnit.NANOSECONDS.sleep(due);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt(); // the read goes on without waiting, and ends soon
            }
        }
    }

    /// Damaged parts found.
    public long damages() {
        return damages.get();
    }

    /// Parts mended.
    public long mended() {
        return mended.get();
    }

    /// Bytes read.
    public long bytes() {
        return bytes.get();
    }

    @Override
    public void close() {
        closed.set(true);
        thread.interrupt();
    }
}
