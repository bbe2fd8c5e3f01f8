package dev.concord.cli;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryNotificationInfo;
import java.lang.management.MemoryPoolMXBean;
import java.util.Optional;
import javax.management.NotificationEmitter;

/// The part of the heap in which the serial collector places what is new.
///
/// Under load it has to be large enough for the newest messages to be dropped before they grow old. For a node that has
/// little to do this is memory for nothing, all of it touched sooner or later. So a node begins with a small one
/// (`-XX:NewSize`). That it is too small shows in the old generation, which then fills with messages; and the serial
/// collector makes the young generation as large as it may be (`-XX:MaxNewSize`) when it collects everything. See
/// `docs/decisions/0057-a-serial-collector-and-a-small-heap.md`.
final class YoungGeneration {
    /// Bytes in use in the old generation beyond which the young one grows. A start without a history leaves 20 MB.
    static final long OLD_BYTES = 64L << 20;

    private static final String OLD_GENERATION = "Tenured Gen";

    private YoungGeneration() {}

    /// Collects everything, once, when the old generation has grown beyond so many bytes. In a heap too small for that
    /// it is full before, and collected then; another collector sizes its generations by itself.
    static void growUnderLoad(long oldBytes) {
        oldGeneration().filter(pool -> mayHold(pool, oldBytes)).ifPresent(pool -> {
            NotificationEmitter memory = (NotificationEmitter) ManagementFactory.getMemoryMXBean();
            memory.addNotificationListener(
                    (notification, nothing) -> {
                        if (pool.getUsageThreshold() > 0 && pool.isUsageThresholdExceeded()) {
                            pool.setUsageThreshold(0); // no more notifications
                            System.gc();
                        }
                    },
                    notification -> notification.getType().equals(MemoryNotificationInfo.MEMORY_THRESHOLD_EXCEEDED),
                    null);
            pool.setUsageThreshold(oldBytes);
        });
    }

    private static Optional<MemoryPoolMXBean> oldGeneration() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getName().equals(OLD_GENERATION))
                .findAny();
    }

    private static boolean mayHold(MemoryPoolMXBean pool, long bytes) {
        long most = pool.getUsage().getMax(); // -1: no limit
        return most < 0 || bytes <= most;
    }
}
