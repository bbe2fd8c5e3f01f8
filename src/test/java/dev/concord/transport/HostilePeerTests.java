package dev.concord.transport;

import static dev.concord.transport.TestNode.await;
import static dev.concord.transport.TestNode.node;
import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.node.Event;
import dev.concord.protocol.Address;
import dev.concord.protocol.BootId;
import dev.concord.protocol.CanonicalWriter;
import dev.concord.protocol.Channel;
import dev.concord.protocol.Hello;
import dev.concord.protocol.Levels;
import dev.concord.protocol.LogPosition;
import dev.concord.protocol.PeerMessage;
import dev.concord.protocol.PeerMessage.Election;
import dev.concord.protocol.PeerMessage.ElectionReason;
import dev.concord.protocol.Refusal;
import dev.concord.protocol.Term;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Peers that break the rules, by malice, damage or death. Whatever they do ends their own connection at most: in each
/// test an honest link beside it goes on working.
class HostilePeerTests {
    private static final Election ELECTION = new Election(new Term(1), 1, ElectionReason.SUSPECT);

    private final List<AutoCloseable> open = new ArrayList<>();
    private final TestNode victim = opened(node(1).start());
    private final TestNode honest = opened(node(2).start());
    private final Hello intruder = opened(node(3).start()).hello;

    private <T extends AutoCloseable> T opened(T resource) {
        open.add(resource);
        return resource;
    }

    private RawPeer raw() {
        return opened(new RawPeer(victim.address().port()));
    }

    private RawPeer rawLink(Channel channel) {
        return raw().shakeHands(intruder, channel);
    }

    private long violations(Violation violation) {
        return victim.links.statistics().violations(violation);
    }

    private void assertClosedFor(RawPeer peer, Violation violation) {
        assertThat(peer.hasBeenClosed()).isTrue();
        await("the count of " + violation, () -> violations(violation) == 1);
        assertHonestLinkWorks();
    }

    private void assertHonestLinkWorks() {
        int before = victim.messagesFrom(honest).size();
        if (honest.seen(Event.LinkOpened.class).isEmpty()) {
            honest.dial(victim);
            honest.await(Event.LinkOpened.class);
        }
        honest.send(victim, ELECTION);
        await("the honest message", () -> victim.messagesFrom(honest).size() > before);
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable resource : open.reversed()) {
            resource.close();
        }
    }

    @Nested
    class BeforeTheHandshakeIsDone {
        @ParameterizedTest
        @ValueSource(
                strings = {"GET / HTTP/1.1\r\n\r\n", "\u0000\u0001\u0002\n", "{}\n", "[\n", "{\"type\":1}\n", "\n"})
        void garbageIsRefused(String garbage) {
            RawPeer peer = raw();

            peer.write(garbage);

            assertThat(peer.hasBeenClosed()).isTrue();
            await("the count", () -> violations(Violation.NOT_JSON) + violations(Violation.BAD_FIELD) == 1);
            assertHonestLinkWorks();
        }

        @Test
        void randomBytesAreRefused() {
            long seed = System.nanoTime();
            byte[] bytes = new byte[TransportLimits.MAX_HANDSHAKE_LINE_BYTES];
            new Random(seed).nextBytes(bytes);
            bytes[100] = '\n';
            RawPeer peer = raw();

            peer.write(bytes);

            assertThat(peer.hasBeenClosed()).as("seed %d", seed).isTrue();
            assertHonestLinkWorks();
        }

        @Test
        void aLineOf64KiBIsReadAndOneMoreByteIsRefused() {
            String padding = " ".repeat(TransportLimits.MAX_HANDSHAKE_LINE_BYTES - "{\"type\":\"x\"}".length());
            RawPeer atLimit = raw();
            RawPeer beyond = raw();

            atLimit.write("{\"type\":" + padding + "\"x\"}\n");
            assertClosedFor(atLimit, Violation.UNKNOWN_TYPE);
            beyond.write("{\"type\":" + padding + "\"x\"} ");
            assertClosedFor(beyond, Violation.TOO_LARGE);
        }

        @Test
        void halfALineAndThenNothingIsForgotten() throws IOException {
            RawPeer peer = raw();

            peer.write("{\"type\":\"HEL");
            peer.socket.shutdownOutput();

            assertThat(peer.hasBeenClosed()).isTrue();
            assertHonestLinkWorks();
        }

        @Test
        void slownessEndsTheHandshake() {
            TestNode impatient =
                    opened(node(4).handshakeTimeout(Duration.ofMillis(200)).start());
            RawPeer peer = opened(new RawPeer(impatient.address().port()));

            peer.write("{\"type\":\"HEL");

            assertThat(peer.hasBeenClosed()).isTrue();
            await("the count", () -> impatient.links.statistics().violations(Violation.SLOW_HANDSHAKE) == 1);
        }

        @Test
        void aFloodOfConnectionsPushesOutItsOwnOldestOnly() {
            List<RawPeer> flood = new ArrayList<>();
            for (int i = 0; i < 2 * TransportLimits.MAX_UNPROVEN; i++) {
                flood.add(raw());
            }

            assertThat(flood.getFirst().hasBeenClosed()).isTrue();
            await("those over the limit", () -> victim.links.statistics().turnedAway() >= TransportLimits.MAX_UNPROVEN);
            assertHonestLinkWorks();
        }

        @Test
        void anotherVersionIsToldSo() {
            RawPeer peer = raw();

            peer.write("{\"type\":\"HELLO\",\"proto\":2,\"oldest_proto\":2,\"something\":[\"new\"]}\n");

            assertThat(peer.readLine()).isEqualTo(refused(Refusal.UNSUPPORTED_VERSION));
            assertHonestLinkWorks();
        }

        /// V1: what it says more is passed over; a program of the same level has nothing more to say.
        @Test
        void onlyANewerProgramMaySayMoreThanIsKnown() {
            RawPeer newer = raw();
            newer.write(sayingMore(new Levels(1, 2)));
            assertThat(newer.readLine()).startsWith("{\"type\":\"HELLO_ACK\",\"proto\":1,\"oldest_proto\":1,");

            RawPeer same = raw();
            same.write(sayingMore(Levels.FIRST));
            assertThat(same.readLine()).as("closed without an answer").isNull();
            assertHonestLinkWorks();
        }

        private String sayingMore(Levels levels) {
            Hello more = new Hello(
                    levels,
                    intruder.clusterId(),
                    intruder.self(),
                    intruder.boot(),
                    intruder.currentTerm(),
                    intruder.last(),
                    false,
                    1);
            String line =
                    new String(HandshakeLines.hello(more, Channel.CONTROL), java.nio.charset.StandardCharsets.UTF_8);
            return line.substring(0, line.length() - 1) + ",\"colour\":\"red\"}\n";
        }

        /// V2: this node knows level 1, and the log of the other may hold what level 2 brought.
        @Test
        void aPeerWhoseLogIsOfANewerLevelIsToldSo() {
            Hello raised = new Hello(
                    new Levels(1, 2),
                    TestNode.CLUSTER,
                    intruder.self(),
                    intruder.boot(),
                    intruder.currentTerm(),
                    intruder.last(),
                    false,
                    2);
            RawPeer peer = raw().sayHello(raised, Channel.CONTROL);

            assertThat(peer.readLine()).isEqualTo(refused(Refusal.UNSUPPORTED_VERSION));
            assertHonestLinkWorks();
        }

        @Test
        void aWrongProofIsToldSo() {
            RawPeer peer = raw().sayHello(intruder, Channel.CONTROL);
            peer.readLine();

            peer.write(new String(HandshakeLines.helloFin("0".repeat(64)), StandardCharsets.UTF_8) + "\n");

            assertThat(peer.readLine()).isEqualTo(refused(Refusal.BAD_SECRET));
            assertThat(victim.seen(Event.HelloReceived.class)).isEmpty();
        }

        private String refused(Refusal reason) {
            return new String(HandshakeLines.refused(reason, null), StandardCharsets.UTF_8);
        }

        @Test
        void aRecordedHandshakeOpensNothing() {
            List<String> recorded = recordDialOf(honest);
            RawPeer replay = raw();

            replay.write(recorded.getFirst() + "\n");
            replay.readLine();
            replay.write(recorded.getLast() + "\n");

            assertThat(replay.readLine()).isEqualTo(refused(Refusal.BAD_SECRET));
            assertThat(victim.seen(Event.HelloReceived.class)).isEmpty();
        }

        /// Lets `node` dial the victim through a relay, and returns its two lines of the handshake.
        private List<String> recordDialOf(TestNode node) {
            try (ServerSocket relay = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                node.dialSeed(1, new Address("127.0.0.1", relay.getLocalPort()));
                try (RawPeer dialler = new RawPeer(relay.accept());
                        RawPeer acceptor = new RawPeer(victim.address().port())) {
                    String hello = dialler.readLine();
                    acceptor.write(hello + "\n");
                    dialler.write(acceptor.readLine() + "\n");
                    return List.of(hello, dialler.readLine());
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Test
        void aProofCannotBeReflectedToTheNodeThatMadeIt() {
            RawPeer peer = raw().sayHello(intruder, Channel.CONTROL);
            String helloAck = peer.readLine();
            String proof = helloAck.substring(helloAck.indexOf(",\"proof\":\"") + 10, helloAck.length() - 2);

            peer.write(new String(HandshakeLines.helloFin(proof), StandardCharsets.UTF_8) + "\n");

            assertThat(peer.readLine()).isEqualTo(refused(Refusal.BAD_SECRET));
        }
    }

    @Nested
    class OnAnOpenLink {
        @Test
        void aTamperedFrameEndsIt() {
            RawPeer peer = rawLink(Channel.CONTROL);
            byte[] frame = peer.frame(1, message(ELECTION));
            frame[frame.length - 3] ^= 1;

            peer.write(frame);

            assertClosedFor(peer, Violation.BAD_MAC);
            assertThat(victim.seen(
                            Event.Received.class,
                            e -> e.from().equals(intruder.self().member())))
                    .isEmpty();
        }

        @Test
        void aFrameWithoutMacEndsIt() {
            RawPeer peer = rawLink(Channel.CONTROL);

            peer.write("{\"type\":\"FRAME\",\"no\":1,\"bytes\":0,\"mac\":null}\n");

            assertClosedFor(peer, Violation.BAD_MAC);
        }

        @Test
        void aRepeatedFrameEndsIt() {
            RawPeer peer = rawLink(Channel.CONTROL);
            byte[] frame = peer.frame(1, message(ELECTION));

            peer.write(frame);
            peer.write(frame);

            assertClosedFor(peer, Violation.BAD_MAC);
        }

        @Test
        void aFrameFromAnotherLinkEndsIt() {
            byte[] frame = rawLink(Channel.CONTROL).frame(1, message(ELECTION));
            RawPeer peer = rawLink(Channel.BULK);

            peer.write(frame);

            assertClosedFor(peer, Violation.BAD_MAC);
        }

        @Test
        void aFrameOfTheLargestSizeIsReadAndALargerOneIsRefused() {
            RawPeer peer = rawLink(Channel.CONTROL);
            byte[] message = message(ELECTION);
            byte[] largest = new byte[TransportLimits.MAX_FRAME_BYTES];
            int filled = 0;
            while (filled < largest.length) {
                int spaces = Math.min(1000, largest.length - filled - message.length);
                boolean last = largest.length - filled - message.length - spaces < message.length;
                spaces = last ? largest.length - filled - message.length : spaces;
                System.arraycopy(message, 0, largest, filled, message.length - 2);
                Arrays.fill(largest, filled + message.length - 2, filled + message.length - 2 + spaces, (byte) ' ');
                System.arraycopy(message, message.length - 2, largest, filled + message.length - 2 + spaces, 2);
                filled += message.length + spaces;
            }

            peer.write(peer.frame(1, largest));
            await("the messages", () -> victim.seen(Event.Received.class).size() > 1000);
            peer.write("{\"type\":\"FRAME\",\"no\":2,\"bytes\":" + (largest.length + 1) + ",\"mac\":null}\n");

            assertClosedFor(peer, Violation.TOO_LARGE);
        }

        @Test
        void halfAFrameAndThenTheEndIsForgotten() throws IOException {
            RawPeer peer = rawLink(Channel.CONTROL);
            byte[] frame = peer.frame(1, message(ELECTION));

            peer.write(Arrays.copyOf(frame, frame.length - 5));
            peer.socket.shutdownOutput();

            assertThat(peer.hasBeenClosed()).isTrue();
            victim.await(Event.LinksClosed.class, e -> e.boot().equals(intruder.boot()));
            assertThat(victim.seen(Event.Received.class)).isEmpty();
            assertHonestLinkWorks();
        }

        @Test
        void aHeaderWithoutAnEndEndsIt() {
            RawPeer peer = rawLink(Channel.CONTROL);

            peer.write(" ".repeat(TransportLimits.MAX_FRAME_HEADER_BYTES + 1));

            assertClosedFor(peer, Violation.TOO_LARGE);
        }

        @Test
        void aMessageInTheNameOfAnotherEndsIt() {
            RawPeer peer = rawLink(Channel.CONTROL);

            peer.write(peer.frame(1, message(ELECTION, honest.hello)));

            assertClosedFor(peer, Violation.WRONG_SENDER);
        }

        @Test
        void aMessageForTheOtherChannelEndsIt() {
            RawPeer peer = rawLink(Channel.BULK);

            peer.write(peer.frame(1, message(ELECTION)));

            assertClosedFor(peer, Violation.UNKNOWN_TYPE);
        }

        @Test
        void damageInsideAFrameEndsItButKeepsTheMessagesBefore() {
            RawPeer peer = rawLink(Channel.CONTROL);
            byte[] message = message(ELECTION);
            byte[] body = Arrays.copyOf(message, 2 * message.length);
            Arrays.fill(body, message.length, body.length - 1, (byte) '?');
            body[body.length - 1] = '\n';

            peer.write(peer.frame(1, body));

            assertClosedFor(peer, Violation.NOT_JSON);
            assertThat(victim.seen(
                            Event.Received.class,
                            e -> e.from().equals(intruder.self().member())))
                    .hasSize(1);
        }

        private byte[] message(PeerMessage message) {
            return message(message, intruder);
        }

        private byte[] message(PeerMessage message, Hello from) {
            CanonicalWriter out = new CanonicalWriter(256);
            new PeerMessageWriter(from.self().id(), out).write(message);
            return Arrays.copyOf(out.array(), out.length());
        }
    }

    @Test
    void aNodeThatAcceptsAHelloTooLateHearsOfItsEnd() {
        TestNode slow =
                opened(node(4).handshakeTimeout(Duration.ofSeconds(1)).start().notAnswering());
        RawPeer peer = opened(new RawPeer(slow.address().port()));
        peer.sayHello(intruder, Channel.CONTROL).prove();

        assertThat(peer.hasBeenClosed()).isTrue();
        slow.links.answerHello(slow.await(Event.HelloReceived.class).helloId(), null);

        assertThat(slow.await(Event.LinksClosed.class))
                .isEqualTo(new Event.LinksClosed(intruder.self().member(), intruder.boot()));
    }

    @Test
    void aSilentNetworkEndsALinkThatNobodyClosed() {
        TestNode impatient = opened(node(4).fdTimeout(Duration.ofMillis(30)).start());
        RawPeer mute = opened(new RawPeer(impatient.address().port()));
        mute.shakeHands(intruder, Channel.CONTROL);

        impatient.await(Event.LinksClosed.class, e -> e.boot().equals(intruder.boot()));
    }

    @Test
    void aNewBootOfAMemberEndsTheLinksOfTheOldOne() {
        rawLink(Channel.CONTROL);
        BootId next = new BootId(new UUID(7, 7));
        Hello again = new Hello(Levels.FIRST, null, intruder.self(), next, Term.ZERO, LogPosition.ZERO, false, 1);

        raw().shakeHands(again, Channel.CONTROL);

        assertThat(victim.await(Event.LinksClosed.class).boot()).isEqualTo(intruder.boot());
    }
}
