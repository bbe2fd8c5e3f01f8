package dev.concord.transport;

import static dev.concord.transport.TestNode.await;
import static dev.concord.transport.TestNode.node;
import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.node.Event;
import dev.concord.protocol.Address;
import dev.concord.protocol.BootId;
import dev.concord.protocol.Channel;
import dev.concord.protocol.ChatBody;
import dev.concord.protocol.Hello;
import dev.concord.protocol.Levels;
import dev.concord.protocol.LogPosition;
import dev.concord.protocol.Member;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.Peer;
import dev.concord.protocol.PeerMessage.Chat;
import dev.concord.protocol.Refusal;
import dev.concord.protocol.StoreId;
import dev.concord.protocol.Term;
import dev.concord.transport.HandshakeLines.Introduction;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What a dialling node makes of peers that accept and then lie, fall silent, or die.
class HostileAcceptorTests {
    private static final Member ACCEPTOR = new Member(new NodeId(3), new StoreId(new UUID(0, 3)));

    private final ServerSocket server = listen();
    private final TestNode dialler = node(1).fdTimeout(Duration.ofMillis(500))
            .handshakeTimeout(Duration.ofSeconds(2))
            .start();
    private final Hello acceptor = new Hello(
            Levels.FIRST,
            TestNode.CLUSTER,
            new Peer(ACCEPTOR, new Address("127.0.0.1", server.getLocalPort()), ""),
            new BootId(UUID.randomUUID()),
            new Term(1),
            LogPosition.ZERO,
            false,
            1);

    private static ServerSocket listen() {
        try {
            return new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @BeforeEach
    void dial() {
        dialler.dialSeed(3, acceptor.self().address());
    }

    @AfterEach
    void close() throws IOException {
        dialler.close();
        server.close();
    }

    /// Accepts one connection and lets its dialler prove itself.
    private final class Half {
        private final LinkSocket link;
        private final AcceptedHandshake handshake;
        private final Introduction dialler;

        private Half() throws Exception {
            link = new LinkSocket(server.accept(), new TransportStatistics());
            ClusterSecret secret = new ClusterSecret(Optional.of(TestNode.SECRET));
            handshake = new AcceptedHandshake(link, secret, acceptor);
            dialler = handshake.run(System.nanoTime() + TestNode.PATIENCE.toNanos());
        }
    }

    /// Accepts both links of the dialler.
    private Map<Channel, LinkSocket> acceptBoth() throws Exception {
        Map<Channel, LinkSocket> links = new EnumMap<>(Channel.class);
        for (int i = 0; i < 2; i++) {
            Half half = new Half();
            half.handshake.welcome();
            links.put(half.dialler.channel(), half.link);
        }
        dialler.await(Event.LinkOpened.class);
        await("both links", () -> dialler.links.statistics().outboundLinks() == 2);
        return links;
    }

    private RawPeer accept() throws IOException {
        return new RawPeer(server.accept());
    }

    @Nested
    class BeforeItHasProvedAnything {
        @ParameterizedTest
        @EnumSource(names = {"DUPLICATE_NODE_ID", "DUPLICATE_BOOT", "STATE_REGRESSION", "REMOVED"})
        void itCannotMakeTheNodeStop(Refusal reason) throws Exception {
            try (RawPeer peer = accept()) {
                peer.readLine();
                peer.write("{\"type\":\"REFUSED\",\"reason\":\"" + reason + "\",\"proof\":null}\n");
                await("the count", () -> dialler.links.statistics().violations(Violation.BAD_MAC) > 0);
            }

            assertThat(dialler.seen(Event.LinkRefused.class)).isEmpty();
        }

        @ParameterizedTest
        @EnumSource(names = {"UNSUPPORTED_VERSION", "FOREIGN_CLUSTER", "BAD_SECRET", "BUSY"})
        void itIsBelievedTheReasonsThatOnlyMeanToTryAgain(Refusal reason) throws Exception {
            try (RawPeer peer = accept()) {
                peer.readLine();
                peer.write("{\"type\":\"REFUSED\",\"reason\":\"" + reason + "\",\"proof\":null}\n");

                assertThat(dialler.await(Event.LinkRefused.class).reason()).isEqualTo(reason);
            }
        }

        @Test
        void itGetsNothingButTheHello() throws Exception {
            try (RawPeer peer = accept()) {
                peer.readLine();
                byte[] ack = HandshakeLines.proved(HandshakeLines.helloAck(acceptor, Channel.CONTROL), "0".repeat(64));
                peer.write(ack);
                peer.write("\n");

                assertThat(peer.readLine())
                        .isIn("{\"type\":\"REFUSED\",\"reason\":\"BAD_SECRET\",\"proof\":null}", null);
            }
            assertThat(dialler.seen(Event.LinkOpened.class)).isEmpty();
        }
    }

    @Test
    void aForgedWelcomeOpensNothing() throws Exception {
        Half half = new Half();
        half.link.writeLine(HandshakeLines.welcome("0".repeat(64)));

        await("the count", () -> dialler.links.statistics().violations(Violation.BAD_MAC) > 0);
        assertThat(dialler.seen(Event.LinkOpened.class)).isEmpty();
    }

    @Test
    void messagesAgainstTheDirectionOfALinkEndIt() throws Exception {
        LinkSocket control = acceptBoth().get(Channel.CONTROL);

        control.out()
                .write("{\"type\":\"FRAME\",\"no\":1,\"bytes\":5,\"mac\":null}\nhello"
                        .getBytes(StandardCharsets.UTF_8));

        await("the count", () -> dialler.links.statistics().violations(Violation.BAD_MAC) == 1);
    }

    @Nested
    class WhenItsConnectionsEnd {
        @Test
        void andItsPortIsClosedItIsUnreachable() throws Exception {
            Map<Channel, LinkSocket> links = acceptBoth();

            server.close();
            links.values().forEach(LinkSocket::close);

            assertThat(dialler.await(Event.PeerUnreachable.class).peer()).isEqualTo(ACCEPTOR.id());
            assertThat(dialler.seen(Event.PeerUnreachable.class)).hasSize(1);
        }

        @Test
        void andItsPortIsOpenButNobodyAnswersItIsUnreachable() throws Exception {
            Map<Channel, LinkSocket> links = acceptBoth();

            links.values().forEach(LinkSocket::close);

            assertThat(dialler.await(Event.PeerUnreachable.class).peer()).isEqualTo(ACCEPTOR.id());
        }

        @Test
        void andItRefusesTheNextOneItIsAlive() throws Exception {
            Map<Channel, LinkSocket> links = acceptBoth();

            links.values().forEach(LinkSocket::close);
            for (int i = 0; i < 2; i++) {
                try (RawPeer peer = accept()) {
                    peer.readLine();
                    peer.write(HandshakeLines.refused(Refusal.BUSY, null));
                    peer.write("\n");
                    peer.hasBeenClosed();
                }
            }

            dialler.await(Event.LinkRefused.class);
            assertThat(dialler.seen(Event.PeerUnreachable.class)).isEmpty();
        }

        @Test
        void andOnlyTheBulkLinkIsRegainedTheNodeHearsThatMessagesAreLost() throws Exception {
            LinkSocket bulk = acceptBoth().get(Channel.BULK);

            bulk.close();
            Half again = new Half();
            again.handshake.welcome();

            await(
                    "the second LinkOpened",
                    () -> dialler.seen(Event.LinkOpened.class).size() == 2);
            assertThat(dialler.seen(Event.LinksClosed.class)).isEmpty();
        }
    }

    @Test
    void onePeerThatNeverReadsCostsABoundedQueueAndNeverStopsTheEventLoop() throws Exception {
        acceptBoth();
        ChatBody body = ChatBody.of("1", "", "general", "ada", "x".repeat(10_000));
        Chat large = new Chat(new Term(1), 1, 1, 0, Collections.nCopies(100, body));

        for (int i = 0; i < 200; i++) {
            dialler.links.send(ACCEPTOR.id(), large);
            dialler.links.flush();
        }

        assertThat(dialler.links.statistics().dropped(Channel.BULK)).isPositive();
        dialler.await(Event.LinksClosed.class); // since it gave no sign of life either
    }
}
