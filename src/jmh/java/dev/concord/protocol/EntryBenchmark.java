package dev.concord.protocol;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// What an entry with a text of 200 bytes costs: to encode, to read, to hash.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class EntryBenchmark {
    private static final String ID = "01966b2c-8f00-7000-8000-000000000001";

    private final String text = "x".repeat(200);
    private final byte[] source = ("ada" + text).getBytes(StandardCharsets.US_ASCII);
    private final ChatBody body = ChatBody.of(ID, "", "general", "ada", text);
    private final LogPosition position = new LogPosition(new Term(3), 1_000_001);
    private final LogEntry entry = LogEntry.chat(position, 1_000_000, 1_795_680_000_000L, body, new ChainHash(1, 2));
    private final byte[] line = entry.line();

    @Benchmark
    public ChatBody encodeBodyOfStrings() {
        return ChatBody.of(ID, "", "general", "ada", text);
    }

    @Benchmark
    public ChatBody encodeBodyOfBytes() {
        return ChatBody.ofPlain(ID, "", "general", source, 0, 3, 3, source.length);
    }

    @Benchmark
    public LogEntry encodeEntry() {
        return LogEntry.chat(position, 1_000_000, 1_795_680_000_000L, body, new ChainHash(1, 2));
    }

    @Benchmark
    public LogEntry parseEntry() {
        return LogEntry.parse(line);
    }

    @Benchmark
    public boolean checkChain() {
        return entry.follows(new ChainHash(1, 2));
    }

    @Benchmark
    public long checksum() {
        CRC32C crc = new CRC32C();
        crc.update(line, 0, line.length);
        return crc.getValue();
    }
}
