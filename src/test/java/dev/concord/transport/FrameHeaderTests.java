package dev.concord.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concord.protocol.CanonicalWriter;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The line before the bytes of a frame, however it is spelled.
class FrameHeaderTests {
    private static final String MAC = "0123456789abcdef".repeat(2);

    private static FrameHeader parse(String line) throws ViolationException {
        byte[] bytes = ("x" + line + "x").getBytes(StandardCharsets.UTF_8);
        return FrameHeader.parse(bytes, 1, bytes.length - 1);
    }

    @Test
    void isReadAsItWasWritten() throws ViolationException {
        for (FrameHeader header : new FrameHeader[] {
            new FrameHeader(0, 0, MAC),
            new FrameHeader(17, 5120, MAC),
            new FrameHeader(CanonicalWriter.MAX_NUMBER, TransportLimits.MAX_FRAME_BYTES, MAC),
            new FrameHeader(17, 5120, null),
        }) {
            CanonicalWriter out = new CanonicalWriter(10);
            header.write(out);
            assertThat(out.length()).isLessThanOrEqualTo(TransportLimits.MAX_FRAME_HEADER_BYTES);
            assertThat(FrameHeader.parse(out.array(), 0, out.length() - 1)).isEqualTo(header);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"no\":17,\"type\":\"FRAME\",\"bytes\":5,\"mac\":\"ab\"}",
                "{\"type\":\"FRAME\", \"no\":17,\"bytes\":5,\"mac\":\"ab\"}",
                "{\"type\":\"FRAME\",\"no\":17,\"bytes\":5,\"mac\":\"\\u0061b\"}",
            })
    void mayBeSpelledOtherwise(String line) throws ViolationException {
        assertThat(parse(line)).isEqualTo(new FrameHeader(17, 5, "ab"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{\"type\":\"FRAME\",\"no\":",
                "{\"type\":\"FRAME\",\"no\":17,\"bytes\":5,\"mac\":\"",
                "{\"type\":\"FRAME\",\"no\":17,\"bytes\":5,\"mac\":\"ab\"",
                "{\"type\":\"FRAME\",\"no\":,\"bytes\":5,\"mac\":\"ab\"}",
                "{\"type\":\"FRAME\",\"no\":17,\"bytes\":,\"mac\":\"ab\"}",
                "{\"type\":\"FRAME\",\"no\":017,\"bytes\":5,\"mac\":\"ab\"}",
                "{\"type\":\"FRAME\",\"no\":-1,\"bytes\":5,\"mac\":\"ab\"}",
                "{\"type\":\"FRAME\",\"no\":17,\"bytes\":5,\"mac\":\"ab\"}}",
                "{\"type\":\"FRAME\",\"no\":17,\"bytes\":5,\"mac\":\"ab\",\"more\":1}",
                "{\"type\":\"FRAMES\",\"no\":17,\"bytes\":5,\"mac\":\"ab\"}",
                "{\"type\":\"FRAME\",\"no\":9999999999999999999,\"bytes\":5,\"mac\":\"ab\"}",
                "{\"type\":\"FRAME\",\"no\":17,\"bytes\":99999999999,\"mac\":\"ab\"}",
                "{\"type\":\"FRAME\",\"no\":17,\"bytes\":999999999,\"mac\":\"ab\"}",
            })
    void isRefusedIfItIsNone(String line) {
        assertThatThrownBy(() -> parse(line)).isInstanceOf(ViolationException.class);
    }
}
