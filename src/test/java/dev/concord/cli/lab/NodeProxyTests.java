package dev.concord.cli.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The proxy before node 2, over real sockets: what a link does to what is sent over it.
@Timeout(60)
class NodeProxyTests {
    private static final String HELLO = "{\"type\":\"HELLO\",\"proto\":1,\"node_id\":1,\"store_id\":\"x\"}";
    /// Long enough to be sure that nothing comes, short enough to wait for.
    private static final int SILENCE_MS = 300;

    private final Network network = new Network(List.of(1, 2, 3));
    private ServerSocket node;
    private NodeProxy proxy;
    private int port;

    @BeforeEach
    void listen() throws IOException {
        node = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        proxy = new NodeProxy(network, 2, port, node.getLocalPort());
        proxy.start();
    }

    @AfterEach
    void close() throws IOException {
        proxy.close();
        node.close();
        network.close();
    }

    @Test
    void bytesGoBothWaysUnchanged() throws IOException {
        try (End dialler = dial();
                End acceptor = accept()) {
            assertThat(acceptor.next()).isEqualTo(HELLO);
            dialler.say("a frame");
            assertThat(acceptor.next()).isEqualTo("a frame");
            acceptor.say("a sign of life");
            assertThat(dialler.next()).isEqualTo("a sign of life");
            assertThat(network.connections(1, 2)).isEqualTo(1);
            assertThat(network.connections(2, 1)).isZero();
        }
    }

    @Test
    void theEndOfTheDiallerReachesTheNode() throws IOException {
        End dialler = dial();
        try (End acceptor = accept()) {
            acceptor.next();
            dialler.close();
            assertThat(acceptor.next()).isNull();
        }
    }

    @Test
    void theEndOfTheNodeReachesTheDialler() throws IOException {
        try (End dialler = dial()) {
            End acceptor = accept();
            acceptor.next();
            acceptor.close();
            assertThat(dialler.next()).isNull();
        }
    }

    @Test
    void aNodeThatIsGoneRefusesThroughItsProxy() throws IOException {
        node.close();
        try (End dialler = dial()) {
            assertThatThrownBy(dialler::next).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void aSilentLinkHoldsBackInOneDirectionOnlyAndDeliversWhenMended() throws IOException {
        try (End dialler = dial();
                End acceptor = accept()) {
            acceptor.next();
            network.set(1, 2, Cut.SILENCE, Duration.ZERO);
            dialler.say("held back");
            acceptor.say("gets through");
            assertThat(dialler.next()).isEqualTo("gets through");
            assertThat(acceptor.isSilent()).isTrue();

            network.set(1, 2, Cut.NONE, Duration.ZERO);
            assertThat(acceptor.next()).isEqualTo("held back");
        }
    }

    @Test
    void aCutOffNodeCanNeitherBeHeardNorReachedAnew() throws IOException {
        try (End old = dial();
                End acceptor = accept()) {
            acceptor.next();
            network.isolate(2, true);
            old.say("forth");
            acceptor.say("back");
            try (End fresh = dial()) {
                assertThat(acceptor.isSilent()).isTrue();
                assertThat(old.isSilent()).isTrue();
                assertThat(fresh.isSilent()).isTrue();

                network.isolate(2, false);
                assertThat(acceptor.next()).isEqualTo("forth");
                assertThat(old.next()).isEqualTo("back");
                try (End late = accept()) {
                    assertThat(late.next()).isEqualTo(HELLO);
                }
            }
        }
    }

    @Test
    void aLinkStaysCutWhileEitherEndIsCutOff() throws IOException {
        try (End dialler = dial();
                End acceptor = accept()) {
            acceptor.next();
            network.isolate(1, true);
            network.isolate(2, true);
            network.isolate(1, false);
            dialler.say("still held");
            assertThat(acceptor.isSilent()).isTrue();

            network.mend();
            assertThat(acceptor.next()).isEqualTo("still held");
        }
    }

    @Test
    void aLinkThatResetsBreaksItsConnectionsAndRefusesNewOnes() throws IOException {
        try (End dialler = dial();
                End acceptor = accept()) {
            acceptor.next();
            network.set(1, 2, Cut.RESET, Duration.ZERO);
            assertThatThrownBy(dialler::next).isInstanceOf(SocketException.class);
            assertThatThrownBy(acceptor::next).isInstanceOf(SocketException.class);
            try (End fresh = dial()) {
                assertThatThrownBy(fresh::next).isInstanceOf(SocketException.class);
            }
        }
    }

    @Test
    void aDelayKeepsTheOrderAndDoesNotMakeTheLineNarrow() throws IOException {
        long delay = Duration.ofMillis(200).toNanos();
        try (End dialler = dial();
                End acceptor = accept()) {
            acceptor.next();
            network.set(1, 2, Cut.NONE, Duration.ofNanos(delay));
            long before = System.nanoTime();
            for (int i = 0; i < 50; i++) {
                dialler.say("line " + i);
            }
            for (int i = 0; i < 50; i++) {
                assertThat(acceptor.next()).isEqualTo("line " + i);
            }
            long took = System.nanoTime() - before;
            assertThat(took).isGreaterThanOrEqualTo(delay).isLessThan(50 * delay / 2);
        }
    }

    @Test
    void whoDoesNotIntroduceItselfIsNotCarriedOn() throws IOException {
        try (End stranger = new End(new Socket(InetAddress.getLoopbackAddress(), port))) {
            stranger.say("GET / HTTP/1.1");
            assertThatThrownBy(stranger::next).isInstanceOf(SocketException.class);
            node.setSoTimeout(SILENCE_MS);
            assertThatThrownBy(node::accept).isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void whoTalksWithoutEndBeforeItIntroducesItselfIsCutOff() throws IOException {
        try (End stranger = new End(new Socket(InetAddress.getLoopbackAddress(), port))) {
            assertThatThrownBy(() -> {
                        stranger.say("x".repeat(ProxiedConnection.MAX_HELLO_BYTES + 1));
                        stranger.next();
                    })
                    .isInstanceOf(SocketException.class);
        }
    }

    @Test
    void aCutLinkHoldsBackSoMuchAndThenLetsTheSenderWait() throws IOException {
        int limit = Pump.MAX_CHUNKS * Pump.CHUNK_BYTES;
        int buffers = 16 << 20; // of the two sockets, whatever the system gives them
        try (SocketChannel dialler =
                SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))) {
            dialler.write(ByteBuffer.wrap((HELLO + "\n").getBytes(StandardCharsets.UTF_8)));
            try (End acceptor = accept()) {
                acceptor.next();
                network.set(1, 2, Cut.SILENCE, Duration.ZERO);
                dialler.configureBlocking(false);
                long sent = sendUntilItStops(dialler);
                assertThat(sent).isGreaterThanOrEqualTo(limit / 2).isLessThan(limit + buffers);

                network.set(1, 2, Cut.NONE, Duration.ZERO);
                acceptor.socket.setSoTimeout(20_000);
                assertThat(acceptor.socket.getInputStream().readNBytes((int) sent))
                        .hasSize((int) sent);
            }
        }
    }

    /// Sends zeros until nothing was taken for a while.
    private static long sendUntilItStops(SocketChannel channel) throws IOException {
        long sent = 0;
        long lastTaken = System.nanoTime();
        while (System.nanoTime() - lastTaken < Duration.ofMillis(SILENCE_MS).toNanos()) {
            int taken = channel.write(ByteBuffer.allocate(Pump.CHUNK_BYTES));
            if (taken > 0) {
                sent += taken;
                lastTaken = System.nanoTime();
            }
        }
        return sent;
    }

    @Test
    void aPortThatIsTakenIsNamedWithTheWayOut() {
        assertThatThrownBy(() -> new NodeProxy(network, 2, node.getLocalPort(), port))
                .hasMessageContaining("cannot listen at 127.0.0.1:" + node.getLocalPort())
                .hasMessageEndingWith("choose another port with --peer-base");
    }

    @Test
    void connectionsBeyondTheLimitAreTurnedAway() throws IOException {
        network.isolate(2, true); // so they are held
        List<End> held = new ArrayList<>();
        try {
            for (int i = 0; i < NodeProxy.MAX_CONNECTIONS; i++) {
                held.add(dial());
            }
            try (End one = dial()) {
                assertThatThrownBy(() -> {
                            if (one.next() == null) {
                                throw new SocketException("closed");
                            }
                        })
                        .isInstanceOf(SocketException.class);
            }
        } finally {
            for (End end : held) {
                end.close();
            }
        }
    }

    private End dial() throws IOException {
        End dialler = new End(new Socket());
        dialler.socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        dialler.say(HELLO);
        return dialler;
    }

    private End accept() throws IOException {
        node.setSoTimeout(10_000);
        return new End(node.accept());
    }

    private static final class End implements AutoCloseable {
        private final Socket socket;
        private BufferedReader lines;

        End(Socket socket) {
            this.socket = socket;
        }

        void say(String line) throws IOException {
            socket.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
        }

        String next() throws IOException {
            if (lines == null) {
                lines = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            }
            socket.setSoTimeout(20_000);
            return lines.readLine();
        }

        boolean isSilent() throws IOException {
            socket.setSoTimeout(SILENCE_MS);
            try {
                return socket.getInputStream().read() == -2; // whatever comes is no silence
            } catch (SocketTimeoutException e) {
                return true;
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
