package dev.concord.web.stomp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Frames of RFC 6455, section 5.2, as a server sends them.
class WebSocketTextTests {
    @ParameterizedTest
    @CsvSource({"0, 8100", "1, 8101", "125, 817d", "126, 817e007e", "65535, 817effff", "65536, 817f0000000000010000"})
    void sayTheirLengthInTheShortestForm(int length, String header) {
        String text = "x".repeat(length);

        WebSocketText frame = WebSocketText.of(text);

        ByteBuffer bytes = frame.buffer();
        assertThat(frame.length()).isEqualTo(header.length() / 2 + length).isEqualTo(bytes.remaining());
        for (int i = 0; i < header.length(); i += 2) {
            assertThat(bytes.get()).isEqualTo((byte) Integer.parseInt(header.substring(i, i + 2), 16));
        }
        assertThat(StandardCharsets.UTF_8.decode(bytes).toString()).isEqualTo(text);
        assertThat(frame.payload()).isEqualTo(text);
    }

    @Test
    void countBytesAndNotCharacters() {
        WebSocketText frame = WebSocketText.of("grüße \uD83D\uDE80");

        assertThat(frame.length()).isEqualTo(2 + 12);
        assertThat(frame.payload()).isEqualTo("grüße \uD83D\uDE80");
    }

    @Test
    void areReadByOneReaderWithoutTheOthers() {
        WebSocketText frame = WebSocketText.of("shared");
        ByteBuffer one = frame.buffer();
        one.get();

        assertThat(frame.buffer().remaining()).isEqualTo(frame.length());
    }
}
