package dev.concord.cli;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// What `concord doctor` looks at on the machine: Java, limits of the process, and the disk below a data folder.
final class MachineChecks {
    static final int JAVA = 25;
    /// Connections of clients, links to other nodes and segments of the log take a descriptor each.
    static final long DESCRIPTORS = 4_096;
    /// Every acknowledgement waits for one sync on a majority.
    static final double SLOW_SYNC_MS = 10;

    static final long LITTLE_SPACE = 1L << 30;
    static final long NO_SPACE = 64L << 20;

    private static final int SYNCS = 25;
    private static final int SYNC_BYTES = 4_096;
    private static final List<String> IN_MEMORY = List.of("tmpfs", "ramfs");

    private MachineChecks() {}

    static Finding java(int version, String text) {
        return version >= JAVA
                ? Finding.ok("java", text)
                : Finding.fail("java", text, "install a JDK 25 and set JAVA_HOME to it");
    }

    static Finding descriptors() {
        if (!(ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix)) {
            return Finding.ok("descriptors", "this system has no limit that Java knows");
        }
        return descriptors(unix.getMaxFileDescriptorCount());
    }

    static Finding descriptors(long limit) {
        return limit >= DESCRIPTORS
                ? Finding.ok("descriptors", "a process may have " + limit + " files and connections open")
                : Finding.warn(
                        "descriptors",
                        "a process may have only " + limit + " files and connections open",
                        "ulimit -n 65536, or LimitNOFILE=65536 in the unit of systemd");
    }

    /// Whether the node can write there; looks at the nearest folder that exists.
    static Finding folder(Path folder) {
        Path there = existing(folder);
        if (!Files.isDirectory(there)) {
            return Finding.fail("folder", there + " is a file", "name another log_dir");
        }
        if (!Files.isWritable(there)) {
            return Finding.fail(
                    "folder", there + " cannot be written by this user", "chown it, or name another log_dir");
        }
        return Finding.ok("folder", folder + (there.equals(folder) ? " can be written" : " can be made"));
    }

    static Finding space(Path folder) {
        try {
            FileStore store = Files.getFileStore(existing(folder));
            if (IN_MEMORY.contains(store.type())) {
                return Finding.warn(
                        "disk", folder + " is in memory (" + store.type() + ")", "name a log_dir on a disk that lasts");
            }
            return space(store.getUsableSpace());
        } catch (IOException e) {
            return Finding.fail("disk", folder + " cannot be looked at: " + e.getMessage(), "name another log_dir");
        }
    }

    static Finding space(long bytes) {
        String free = String.format(Locale.ROOT, "%.1f GiB free", bytes / (double) (1L << 30));
        if (bytes < NO_SPACE) {
            return Finding.fail("disk", free, "make room: a node whose disk is full stops");
        }
        return bytes < LITTLE_SPACE
                ? Finding.warn("disk", free, "make room, or move log_dir to a larger disk")
                : Finding.ok("disk", free);
    }

    /// How long the disk takes to keep a block, which is what every message waits for.
    static Finding sync(Path folder) {
        Path there = existing(folder);
        try {
            Path file = Files.createTempFile(there, "concord-doctor", ".tmp");
            try {
                return sync(syncTimes(file));
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            return Finding.fail("fsync", "cannot write in " + there + ": " + e.getMessage(), "see folder");
        }
    }

    private static double[] syncTimes(Path file) throws IOException {
        double[] millis = new double[SYNCS];
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            for (int i = 0; i < SYNCS; i++) {
                ByteBuffer block = ByteBuffer.allocate(SYNC_BYTES);
                long start = System.nanoTime();
                while (block.hasRemaining()) {
                    channel.write(block);
                }
                channel.force(false);
                millis[i] = (System.nanoTime() - start) / 1e6;
            }
        }
        return millis;
    }

    static Finding sync(double... millis) {
        double[] sorted = millis.clone();
        Arrays.sort(sorted);
        double median = sorted[sorted.length / 2];
        String text = String.format(
                Locale.ROOT, "a sync takes %.1f ms (median), %.1f ms at most", median, sorted[sorted.length - 1]);
        return median <= SLOW_SYNC_MS
                ? Finding.ok("fsync", text)
                : Finding.warn("fsync", text, "use a faster disk: every message waits for this");
    }

    private static Path existing(Path folder) {
        Path absolute = folder.toAbsolutePath();
        return Stream.iterate(absolute, path -> path != null, Path::getParent)
                .filter(Files::exists)
                .findFirst()
                .orElse(absolute);
    }
}
