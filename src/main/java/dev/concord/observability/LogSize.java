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

    /// @param segments the folder of the log's segments
    public LogSize(Path segments) {
        this.segments = segments;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder("concord.log.size", this, LogSize::bytes)
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

    private double bytes() {
        long bytes = 0;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(segments)) {
            for (Path file : files) {
                bytes += Files.size(file);
            }
            return bytes;
        } catch (NoSuchFileException e) {
            return bytes; // no log yet, or a segment removed while this was looking
        } catch (IOException e) {
            return Double.NaN;
        }
    }
}
