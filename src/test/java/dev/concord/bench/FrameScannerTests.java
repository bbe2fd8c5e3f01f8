package dev.concord.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FrameScannerTests {
    private final FrameScanner scanner = new FrameScanner();
    private final List<String> frames = new ArrayList<>();

    private void feed(byte[] bytes) {
        scanner.feed(
                bytes,
                0,
                bytes.length,
                (all, from, to) -> frames.add(new String(all, from, to - from, StandardCharsets.UTF_8)));
    }

    /// A WebSocket message of a server.
    private static byte[] message(int opcode, String payload) {
        byte[] bytes = payload.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(0x80 | opcode);
        if (bytes.length < 126) {
            out.write(bytes.length);
        } else if (bytes.length < 1 << 16) {
            out.write(126);
            out.write(bytes.length >> 8);
            out.write(bytes.length);
        } else {
            out.write(127);
            for (int shift = 56; shift >= 0; shift -= 8) {
                out.write((int) ((long) bytes.length >> shift));
            }
        }
        out.writeBytes(bytes);
        return out.toByteArray();
    }

    @Test
    void severalFramesInOneMessageAreSeveral() {
        feed(message(1, "RECEIPT\nreceipt-id:1\n\n\0RECEIPT\nreceipt-id:2\n\n\0"));
        assertThat(frames).containsExactly("RECEIPT\nreceipt-id:1\n\n", "RECEIPT\nreceipt-id:2\n\n");
    }

    @Test
    void heartBeatsAreNoFrames() {
        feed(message(1, "\n"));
        feed(message(1, "\n\nA\n\n\0"));
        assertThat(frames).containsExactly("A\n\n");
    }

    @Test
    void controlMessagesAreNoFramesAndACloseIsTheEnd() {
        feed(message(9, "ping\0"));
        assertThat(frames).isEmpty();
        assertThat(scanner.isClosed()).isFalse();
        feed(message(8, "\u0003"));
        assertThat(scanner.isClosed()).isTrue();
    }

    @Test
    void howeverTheBytesAreCutTheFramesAreTheSame() {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        List<String> expected = new ArrayList<>();
        for (int length : new int[] {1, 100, 125, 126, 127, 1000, 65_535, 65_536, 70_000}) {
            String frame = "MESSAGE\n\n" + "x".repeat(length);
            expected.add(frame);
            stream.writeBytes(message(1, frame + '\0'));
        }
        byte[] bytes = stream.toByteArray();
        long seed = 7;
        Random random = new Random(seed);
        int at = 0;
        while (at < bytes.length) {
            int length = Math.min(bytes.length - at, 1 + random.nextInt(3000));
            scanner.feed(
                    bytes,
                    at,
                    at + length,
                    (all, from, to) -> frames.add(new String(all, from, to - from, StandardCharsets.UTF_8)));
            at += length;
        }
        assertThat(frames).as("seed " + seed).isEqualTo(expected);
    }
}
