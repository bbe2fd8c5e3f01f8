package dev.concord.transport;

import dev.concord.protocol.Channel;
import dev.concord.protocol.Hello;
import dev.concord.protocol.PeerMessage;
import dev.concord.transport.ClusterSecret.Transcript;
import dev.concord.transport.ClusterSecret.Use;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A peer made by hand, which need not keep to the rules: a socket, and the pieces of the handshake one by one.
final class RawPeer implements AutoCloseable {
    private static final ClusterSecret SECRET = new ClusterSecret(Optional.of(TestNode.SECRET));

    final Socket socket;
    private final BufferedReader in;
    private final OutputStream out;
    private byte[] hello = {};
    private Transcript said = new Transcript(hello, hello);

    RawPeer(int port) {
        this(connect(port));
    }

    /// Plays on a connection that is there already.
    RawPeer(Socket socket) {
        try {
            this.socket = socket;
            socket.setSoTimeout((int) TestNode.PATIENCE.toMillis());
            in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            out = socket.getOutputStream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Socket connect(int port) {
        try {
            return new Socket(InetAddress.getLoopbackAddress(), port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void write(String text) {
        write(text.getBytes(StandardCharsets.UTF_8));
    }

    /// Writes what can be written; a peer that closes in the middle is what some tests want.
    void write(byte[] bytes) {
        try {
            out.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The next line, or null if the connection has ended, orderly or not.
    @Nullable
    String readLine() {
        try {
            return in.readLine();
        } catch (IOException e) {
            return null;
        }
    }

    boolean hasBeenClosed() {
        String line = readLine();
        while (line != null) {
            line = readLine();
        }
        return true;
    }

    RawPeer sayHello(Hello self, Channel channel) {
        hello = HandshakeLines.hello(self, channel);
        writeLine(hello);
        return this;
    }

    /// Takes the HELLO_ACK and answers it with the right proof.
    RawPeer prove() {
        byte[] line = String.valueOf(readLine()).getBytes(StandardCharsets.UTF_8);
        int proof = new String(line, StandardCharsets.UTF_8).indexOf(",\"proof\":");
        said = new Transcript(hello, Arrays.copyOf(line, proof));
        writeLine(HandshakeLines.helloFin(SECRET.proof(Use.DIALLER, said)));
        return this;
    }

    /// A whole handshake, up to the other's WELCOME.
    RawPeer shakeHands(Hello self, Channel channel) {
        sayHello(self, channel).prove();
        String welcome = readLine();
        if (welcome == null || !welcome.contains("WELCOME")) {
            throw new AssertionError("expected WELCOME, got " + welcome);
        }
        return this;
    }

    /// Frames with valid MACs, for whoever knows the secret and breaks the rules all the same.
    FrameWriter frames(Hello self) {
        return new FrameWriter(self.self().id(), SECRET.seal(Use.DIALLERS_FRAMES, said), new TransportStatistics());
    }

    /// A frame with a valid MAC around any bytes.
    byte[] frame(long number, byte[] body) {
        FrameSeal seal = SECRET.seal(Use.DIALLERS_FRAMES, said);
        String mac = seal == null ? "null" : '"' + seal.of(number, body, 0, body.length) + '"';
        byte[] header = ("{\"type\":\"FRAME\",\"no\":" + number + ",\"bytes\":" + body.length + ",\"mac\":" + mac
                        + "}\n")
                .getBytes(StandardCharsets.UTF_8);
        byte[] frame = Arrays.copyOf(header, header.length + body.length);
        System.arraycopy(body, 0, frame, header.length, body.length);
        return frame;
    }

    void send(FrameWriter frames, PeerMessage message) {
        frames.add(message);
        try {
            frames.writeTo(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void writeLine(byte[] line) {
        write(line);
        write("\n");
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
