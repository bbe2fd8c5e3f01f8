package dev.concord.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.protocol.CanonicalWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The memory that a link takes for what it receives (T6).
class LinkReaderTests {
    private static final int LARGE = 500_000;
    private static final int USUAL = 64 << 10;

    private Socket sender;
    private Socket receiver;
    private LinkReader reader;
    private long number;

    @BeforeEach
    void connect() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            sender = new Socket(server.getInetAddress(), server.getLocalPort());
            receiver = server.accept();
        }
        reader = new LinkReader(receiver, new TransportStatistics());
        reader.expectFrames(null, Duration.ofSeconds(10));
    }

    @AfterEach
    void close() throws IOException {
        sender.close();
        receiver.close();
    }

    /// Sends one frame of so many bytes, and reads it.
    private void pass(int bytes) throws Exception {
        CanonicalWriter header = new CanonicalWriter(100);
        new FrameHeader(++number, bytes, null).write(header);
        Thread writer = Thread.ofVirtual().start(() -> {
            try {
                OutputStream out = sender.getOutputStream();
                out.write(header.array(), 0, header.length());
                out.write(new byte[bytes]);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        assertThat(reader.readFrame()).isTrue();
        assertThat(reader.bodyEnd() - reader.bodyStart()).isEqualTo(bytes);
        writer.join();
    }

    @Test
    void roomForLargeFramesStaysWhileTheyComeAndGoesWithTheHundredthSmallOne() throws Exception {
        pass(LARGE);
        byte[] room = reader.array();
        assertThat(room.length).isBetween(LARGE, 2 * LARGE);
        for (int i = 0; i < 99; i++) {
            pass(100);
        }
        pass(LARGE);
        assertThat(reader.array()).isSameAs(room);

        for (int i = 0; i < 102; i++) {
            pass(100);
        }
        assertThat(reader.array()).hasSize(USUAL);
    }
}
