package dev.concord.runtime;

import dev.concord.node.Event;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/// Watches that some space stays free on the disk of the log (S8), so that a node stops taking messages
/// while it can still write what it must.
///
/// **Threads.** One of its own, because asking a disk may take long.
public final class DiskReserve implements AutoCloseable {
    /// Between two looks.
    private static final long LOOK_MILLIS = 500;
    /// Space counts as back with an eighth more than the reserve: or a node at the edge would come and go.
    private static final int BACK_SHARE = 8;

    private final long reserve;
    private final LongSupplier free;
    private final Consumer<Event> loop;
    private final Thread thread;
    private volatile boolean low;

    /// @param reserve bytes that are to stay free; 0 for no watch
    /// @param free bytes that are free now, negative if nobody knows
    DiskReserve(long reserve, LongSupplier free, Consumer<Event> loop) {
        this.reserve = reserve;
        this.free = free;
        this.loop = loop;
        thread = Thread.ofPlatform().name("concord-reserve").daemon().unstarted(this::run);
    }

    /// Looks once before it returns.
    public void start() {
        if (reserve > 0) {
            look();
            thread.start();
        }
    }

    private void run() {
        try {
            while (true) {
                TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
                look();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closed
        }
    }

    void look() {
        long now = free.getAsLong();
        boolean isLow = now >= 0 && now < (low ? reserve + reserve / BACK_SHARE : reserve);
        if (isLow != low) {
            low = isLow;
            String what = now + " bytes are free on the disk of the log, and the reserve is " + reserve;
            loop.accept(new Event.DiskSpaceChanged(
                    isLow,
                    isLow
                            ? what + ": this node takes no new messages and does not lead until there is more"
                            : what + ": this node takes messages again"));
        }
    }

    /// Whether the reserve is touched.
    public boolean isLow() {
        return low;
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
