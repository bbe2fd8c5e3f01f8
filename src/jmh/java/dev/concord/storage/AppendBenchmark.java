package dev.concord.storage;

import dev.concord.protocol.Batches;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.NodeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.springframework.util.FileSystemUtils;

/// A batch of entries into the log, with the fsync that makes it durable, and without.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class AppendBenchmark {
    @Param({"1", "64", "1024"})
    private int entries;

    private final Batches history = new Batches();
    private Path folder;
    private JsonlSegmentLog log;
    private List<LogEntry> batch;

    @Setup
    public void open() throws IOException {
        folder = Files.createTempDirectory("concord-jmh");
        log = new JsonlSegmentLog(folder, new NodeId(1));
        log.recover();
    }

    /// Made outside of what is measured: each can be appended once.
    @Setup(Level.Invocation)
    public void makeBatch() {
        batch = history.next(entries);
    }

    @Benchmark
    public void append() {
        log.append(batch);
    }

    @Benchmark
    public void appendAndSync() {
        log.append(batch);
        log.sync();
    }

    @TearDown
    public void remove() throws IOException {
        log.close();
        FileSystemUtils.deleteRecursively(folder);
    }
}
