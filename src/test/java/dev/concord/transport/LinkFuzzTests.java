package dev.concord.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.fuzz.Fuzzer;
import dev.concord.protocol.CanonicalWriter;
import dev.concord.protocol.Channel;
import dev.concord.protocol.Levels;
import dev.concord.protocol.PeerMessage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What a peer may send: it is read, or it is a violation; and what is read means the same when it is written again.
class LinkFuzzTests {
    private static final int OF_EACH_TYPE = 4;

    @Test
    void messages() {
        RandomMessages random = new RandomMessages(1);
        List<byte[]> good = new ArrayList<>();
        for (Class<?> type : RandomMessages.types()) {
            for (int i = 0; i < OF_EACH_TYPE; i++) {
                good.add(Wire.write(random.next(type)));
            }
        }

        Fuzzer.attack("peer messages", good, bytes -> {
            try {
                for (PeerMessage message : Wire.read(bytes)) {
                    assertThat(Wire.read(Wire.write(message))).containsExactly(message);
                }
                return true;
            } catch (ViolationException e) {
                return false;
            }
        });
    }

    @Test
    void frameHeaders() {
        List<byte[]> good = new ArrayList<>();
        for (FrameHeader header : List.of(new FrameHeader(1, 0, null), new FrameHeader(17, 5120, "ab".repeat(32)))) {
            CanonicalWriter out = new CanonicalWriter(64);
            header.write(out);
            good.add(Arrays.copyOf(out.array(), out.length() - 1)); // without its line feed
        }

        Fuzzer.attack("frame headers", good, bytes -> {
            try {
                assertThat(FrameHeader.parse(bytes, 0, bytes.length).bytes())
                        .isBetween(0, TransportLimits.MAX_FRAME_BYTES);
                return true;
            } catch (ViolationException e) {
                return false;
            }
        });
    }

    @Test
    void handshakes() {
        List<byte[]> good = new ArrayList<>();
        try (TestNode node = TestNode.node(1).start()) {
            for (Channel channel : Channel.values()) {
                byte[] line = HandshakeLines.hello(node.hello, channel);
                good.add(new String(line, StandardCharsets.UTF_8).strip().getBytes(StandardCharsets.UTF_8));
            }
        }

        Fuzzer.attack("handshakes", good, bytes -> {
            try {
                JsonFields in = JsonFields.parse(bytes, 0, bytes.length);
                in.text("type");
                HandshakeLines.read(in, HandshakeLines.levels(in), new Levels(1, 2));
                return true;
            } catch (ViolationException e) {
                return false;
            }
        });
    }
}
