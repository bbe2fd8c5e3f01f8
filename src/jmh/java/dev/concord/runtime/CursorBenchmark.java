package dev.concord.runtime;

import dev.concord.chat.Cursor;
import dev.concord.chat.RoomFilter;
import dev.concord.protocol.Batches;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.NodeId;
import dev.concord.storage.JsonlSegmentLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.springframework.util.FileSystemUtils;

/// The pump: what it costs a reader to walk over the committed log, for each message, in memory and in the file.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(CursorBenchmark.MESSAGES)
public class CursorBenchmark {
    static final int MESSAGES = 8_192;
    private static final int PAGE_MESSAGES = 256;
    private static final int PAGE_BYTES = 64 * 1024;

    private Path folder;
    private JsonlSegmentLog log;
    private CommittedLog newest;
    private CommittedLog older;

    @Setup
    public void publish() throws IOException {
        folder = Files.createTempDirectory("concord-jmh");
        log = new JsonlSegmentLog(folder, new NodeId(1));
        log.recover();
        List<LogEntry> entries = new Batches().next(MESSAGES);
        log.append(entries);
        log.sync();
        newest = new CommittedLog(log.reader());
        newest.publish(entries);
        older = new CommittedLog(log.reader());
        older.startAt(MESSAGES, MESSAGES);
    }

    @Benchmark
    public long inMemory() {
        return walk(newest);
    }

    @Benchmark
    public long inTheFile() {
        return walk(older);
    }

    private static long walk(CommittedLog committed) {
        Cursor cursor = new Cursor(committed, 0, RoomFilter.ALL);
        while (!cursor.isAtEnd()) {
            cursor.next(PAGE_MESSAGES, PAGE_BYTES);
        }
        return cursor.position();
    }

    @TearDown
    public void remove() throws IOException {
        newest.close();
        older.close();
        log.close();
        FileSystemUtils.deleteRecursively(folder);
    }
}
