package dev.concord.observability;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// The size of the log, added up from its segments when somebody asks, and the disk that holds it.
public final class LogSize implements MeterBinder {
    private final Path segments;
    private final Path quarantine;

    /// @param segments the folder of the log's segments
    /// @param quarantine the folder of what was found damaged
    public LogSize(Path segments, Path quarantine) {
        this.segments = segments;
        this.quarantine = quarantine;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder("concord.log.quarantine", this, size -> bytesIn(size.quarantine))
                .baseUnit("bytes")
                .description("Size of what was damaged and is kept for people")
                .register(registry);
        Gauge.builder("concord.log.size", this, size -> bytesIn(size.segments))
                .baseUnit("bytes")
                .description("Size of the log's segments")
                .register(registry);
        Gauge.builder("concord.disk.free", this, size -> size.ofDisk(FileStore::getUsableSpace))
                .baseUnit("bytes")
                .description("Free on the disk of the log")
                .register(registry);
        Gauge.builder("concord.disk.size", this, size -> size.ofDisk(FileStore::getTotalSpace))
                .baseUnit("bytes")
                .description("Size of the disk of the log")
                .register(registry);
    }

    /// Bytes free on the disk of the log; -1 if nobody knows.
    public long free() {
        double free = ofDisk(FileStore::getUsableSpace);
        return Double.isNaN(free) ? -1 : (long) free;
    }

    @FunctionalInterface
    private interface Question {
        long ask(FileStore disk) throws IOException;
    }

    private double ofDisk(Question question) {
        try {
            return question.ask(Files.getFileStore(segments));
        } catch (IOException e) {
            return Double.NaN;
        }
    }

    private static double bytesIn(Path folder) {
        long bytes = 0;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                bytes += sizeOf(file);
            }
            return bytes;
        } catch (NoSuchFileException e) {
            return bytes; // no folder yet
        } catch (IOException e) {
            return Double.NaN;
        }
    }

    private static long sizeOf(Path file) throws IOException {
        try {
            return Files.size(file);
        } catch (NoSuchFileException e) {
            return 0; // removed while this was looking
        }
    }
}
