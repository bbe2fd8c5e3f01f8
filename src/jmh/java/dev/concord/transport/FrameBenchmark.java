package dev.concord.transport;

import dev.concord.protocol.Batches;
import dev.concord.protocol.ChainHash;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.PeerMessage;
import dev.concord.protocol.PeerMessage.SeqChat;
import dev.concord.protocol.Term;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
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

/// Entries on a peer link, for each entry: writing them into a frame with its MAC, checking the MAC, reading them.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(FrameBenchmark.ENTRIES)
public class FrameBenchmark {
    static final int ENTRIES = 256;
    private static final NodeId LEADER = new NodeId(3);

    private final List<LogEntry> entries = new Batches().next(ENTRIES);
    private final SeqChat message = new SeqChat(new Term(1), LEADER, 0, Term.ZERO, ChainHash.ZERO, 0, entries);
    private final FrameSeal seal = new FrameSeal(new byte[32]);
    private final FrameWriter writer = new FrameWriter(LEADER, new FrameSeal(new byte[32]), new TransportStatistics());
    private final PeerMessageReader reader = new PeerMessageReader(LEADER);
    private final ByteArrayOutputStream sink = new ByteArrayOutputStream(1 << 18);
    private byte[] frame;
    private int bodyStart;
    private long sealed;

    @Setup
    public void writeFrame() throws IOException {
        write();
        frame = sink.toByteArray();
        while (frame[bodyStart] != '\n') {
            bodyStart++;
        }
        bodyStart++;
    }

    @Benchmark
    public int write() throws IOException {
        sink.reset();
        writer.add(message);
        writer.writeTo(sink);
        return sink.size();
    }

    @Benchmark
    public String seal() {
        return seal.of(++sealed, frame, bodyStart, frame.length);
    }

    @Benchmark
    public PeerMessage parse() throws ViolationException {
        reader.open(frame, bodyStart, frame.length);
        return reader.next();
    }
}
