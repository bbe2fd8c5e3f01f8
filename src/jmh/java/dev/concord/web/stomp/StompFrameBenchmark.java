package dev.concord.web.stomp;

import dev.concord.chat.ChatLimits;
import dev.concord.chat.MessageIds;
import dev.concord.chat.PostReader;
import dev.concord.chat.PostRules;
import dev.concord.protocol.Batches;
import dev.concord.protocol.ChatBody;
import dev.concord.protocol.LogEntry;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// The frames of a session: a SEND in, a RECEIPT and a MESSAGE out.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class StompFrameBenchmark {
    private final byte[] send = ("SEND\ndestination:/app/chat\nreceipt:1000000\n\n{\"sender\":\"ada\",\"text\":\""
                    + "x".repeat(200) + "\"}\0")
            .getBytes(StandardCharsets.US_ASCII);
    private final PostReader posts = new PostReader(
            new PostRules(ChatLimits.DEFAULTS),
            new MessageIds(InstantSource.system()),
            (body, reference, envelope) -> {});
    private ChatBody body;
    private final StompParser parser = new StompParser(
            frame -> body = posts.read(frame.buffer(), frame.bodyFrom(), frame.bodyTo(), PostReader.Envelope.EMPTY));
    private final LogEntry entry = new Batches().next(1).getFirst();
    private final String head = "MESSAGE\nsubscription:1\ndestination:/topic/chat\n";
    private final FrameRing shared = new FrameRing();

    /// From the bytes of a frame to the message in canonical form.
    @Benchmark
    public ChatBody readSend() throws StompFault {
        parser.feed(send, send.length);
        return body;
    }

    @Benchmark
    public String receipt() {
        return FrameText.of("RECEIPT", StompVersion.V1_2)
                .header("receipt-id", "1000000")
                .header("seq", 1_000_000)
                .header("term", 3)
                .plainHeader("durable-on", "3,2")
                .withoutBody();
    }

    /// For the first subscriber of a message.
    @Benchmark
    public Object messageEncoded() {
        return new FrameRing().of(entry).message(head);
    }

    /// For all others.
    @Benchmark
    public Object messageShared() {
        return shared.of(entry).message(head);
    }
}
