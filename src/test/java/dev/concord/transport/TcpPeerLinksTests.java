package dev.concord.transport;

import static dev.concord.transport.TestNode.await;
import static dev.concord.transport.TestNode.connect;
import static dev.concord.transport.TestNode.node;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.concord.node.Event;
import dev.concord.protocol.Address;
import dev.concord.protocol.ChainHash;
import dev.concord.protocol.Channel;
import dev.concord.protocol.ChatBody;
import dev.concord.protocol.ClusterId;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.LogPosition;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.Peer;
import dev.concord.protocol.PeerMessage;
import dev.concord.protocol.PeerMessage.Election;
import dev.concord.protocol.PeerMessage.ElectionReason;
import dev.concord.protocol.Refusal;
import dev.concord.protocol.Term;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Two or three nodes that talk over real sockets: section 4 from both ends.
class TcpPeerLinksTests {
    private static final byte[] OTHER_SECRET = "the secret of some others".getBytes(StandardCharsets.UTF_8);

    private final List<TestNode> nodes = new ArrayList<>();

    private TestNode start(TestNode.Builder builder) {
        TestNode node = builder.start();
        nodes.add(node);
        return node;
    }

    @AfterEach
    void closeAll() {
        nodes.forEach(TestNode::close);
    }

    @Nested
    class TwoNodes {
        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        void sayEverythingThatThereIsToSay(boolean withSecret) {
            TestNode one = start(node(1).secret(withSecret ? TestNode.SECRET : null));
            TestNode two = start(node(2).secret(withSecret ? TestNode.SECRET : null));
            connect(one, two);
            one.sayEverythingTo(two);
        }

        @Test
        void hearOfEachOtherWhatTheHandshakeSays() {
            TestNode one = start(node(1));
            TestNode two = start(node(2));

            one.dial(two);

            assertThat(one.await(Event.LinkOpened.class).peer()).isEqualTo(two.hello);
            await("both links", () -> two.links.statistics().inboundLinks() == 2);
            assertThat(two.seen(Event.HelloReceived.class))
                    .extracting(Event.HelloReceived::hello)
                    .containsExactly(one.hello, one.hello);
            assertThat(one.seen(Event.LinkOpened.class)).hasSize(1);
        }

        @Test
        void findEachOtherFromAnAddressAlone() {
            TestNode one = start(node(1).cluster(null));
            TestNode two = start(node(2));

            one.dialSeed(2, two.address());

            assertThat(one.await(Event.LinkOpened.class).peer().self().member()).isEqualTo(two.member());
        }

        @ParameterizedTest
        @EnumSource(Channel.class)
        void keepTheOrderOfAChannelUnderLoad(Channel channel) {
            TestNode one = start(node(1));
            TestNode two = start(node(2));
            connect(one, two);
            int batch = TransportLimits.CONTROL_QUEUE_MESSAGES / 2;
            int total = 100 * batch;

            for (int i = 0; i < total; i++) {
                one.links.send(two.id(), numbered(channel, i));
                if (i % 7 == 0) {
                    one.links.flush();
                }
                if (i % batch == batch - 1) {
                    int sent = i + 1;
                    one.links.flush();
                    await("the batch", () -> two.links.statistics().messagesIn() == sent);
                }
            }

            List<PeerMessage> expected = new ArrayList<>();
            for (int i = 0; i < total; i++) {
                expected.add(numbered(channel, i));
            }
            assertThat(two.messagesFrom(one)).isEqualTo(expected);
        }

        private PeerMessage numbered(Channel channel, int number) {
            return channel == Channel.CONTROL
                    ? new Election(new Term(1), number, ElectionReason.SUSPECT)
                    : new PeerMessage.ChatAck(new Term(1), number, List.of());
        }

        @Test
        void deliverWhatWasSentBeforeTheyClose() {
            TestNode one = start(node(1));
            TestNode two = start(node(2));
            connect(one, two);

            for (int i = 0; i < 100; i++) {
                one.links.send(two.id(), numbered(Channel.BULK, i));
            }
            one.close();

            await("all messages", () -> two.messagesFrom(one).size() == 100);
        }

        @Test
        @DisplayName("trap 23: let heartbeats pass while pages of the log stand in a queue")
        void letHeartbeatsPassWhilePagesOfTheLogStandInAQueue() {
            TestNode one = start(node(1));
            TestNode two = start(node(2));
            connect(one, two);
            two.takeTimeFor(message -> message instanceof PeerMessage.CatchupResp);
            for (int i = 0; i < 200; i++) { // far more than sockets hold
                one.send(two, page());
            }

            one.send(two, numbered(Channel.CONTROL, 1));

            await("the message", () -> two.messagesFrom(one).contains(numbered(Channel.CONTROL, 1)));
            assertThat(two.messagesFrom(one)).noneMatch(PeerMessage.CatchupResp.class::isInstance);
            two.takeTimeFor(message -> false);
            await("the pages", () -> two.messagesFrom(one).size() > 1);
        }

        private static PeerMessage page() {
            List<LogEntry> entries = new ArrayList<>();
            ChainHash hash = ChainHash.ZERO;
            for (int i = 1; i <= 4; i++) {
                ChatBody body = ChatBody.of("k" + i, "", "general", "ada", "x".repeat(60_000));
                entries.add(LogEntry.chat(new LogPosition(new Term(1), i), i, 0, body, hash));
                hash = entries.getLast().hash();
            }
            return new PeerMessage.CatchupResp(
                    new Term(3),
                    PeerMessage.CatchupMode.COMMITTED,
                    1,
                    PeerMessage.CatchupStatus.OK,
                    1,
                    4,
                    true,
                    1,
                    entries);
        }

        @Test
        void loseWhatIsSentWhileThereIsNoLink() {
            TestNode one = start(node(1));
            TestNode two = start(node(2));

            one.send(two, numbered(Channel.CONTROL, 1));

            assertThat(one.links.statistics().unconnected()).isEqualTo(1);
        }
    }

    @Nested
    class AHandshakeIsRefused {
        @Test
        void withAnotherSecret() {
            TestNode one = start(node(1).secret(OTHER_SECRET));
            TestNode two = start(node(2));

            one.dial(two);

            assertThat(one.await(Event.LinkRefused.class))
                    .isEqualTo(new Event.LinkRefused(two.id(), Refusal.BAD_SECRET));
            assertThat(two.seen(Event.HelloReceived.class)).isEmpty();
        }

        @Test
        void withoutASecretWhereThereIsOne() {
            TestNode one = start(node(1).secret(null));
            TestNode two = start(node(2));

            one.dial(two);
            two.dial(one);

            assertThat(one.await(Event.LinkRefused.class).reason()).isEqualTo(Refusal.BAD_SECRET);
            assertThat(two.await(Event.LinkRefused.class).reason()).isEqualTo(Refusal.BAD_SECRET);
            assertThat(one.seen(Event.HelloReceived.class)).isEmpty();
            assertThat(two.seen(Event.HelloReceived.class)).isEmpty();
        }

        @Test
        void byAnotherCluster() {
            TestNode one = start(node(1).cluster(new ClusterId(new UUID(2, 2))));
            TestNode two = start(node(2));

            one.dial(two);

            assertThat(one.await(Event.LinkRefused.class).reason()).isEqualTo(Refusal.FOREIGN_CLUSTER);
        }

        @ParameterizedTest
        @EnumSource(Refusal.class)
        void byTheVerdictOfTheNode(Refusal reason) {
            TestNode one = start(node(1));
            TestNode two = start(node(2)).judging(hello -> reason);

            one.dial(two);

            assertThat(one.await(Event.LinkRefused.class)).isEqualTo(new Event.LinkRefused(two.id(), reason));
            await("the count", () -> two.links.statistics().refusalsSent(reason) > 0);
            assertThat(one.seen(Event.LinkOpened.class)).isEmpty();
            assertThat(one.seen(Event.PeerUnreachable.class)).isEmpty();
        }

        @Test
        void whenAnotherNodeAnswersAtTheAddress() {
            TestNode one = start(node(1));
            TestNode two = start(node(2));

            one.dialSeed(3, two.address());

            await("several tries", () -> two.links.statistics().bytesIn() > 2_000);
            assertThat(one.seen(Event.LinkOpened.class)).isEmpty();
            assertThat(two.seen(Event.HelloReceived.class)).isEmpty();
        }

        @Test
        void silentlyWhenANodeDialsItself() {
            TestNode one = start(node(1));

            one.dialSeed(1, one.address());
            one.dialSeed(2, one.address());

            await("two handshakes", () -> one.links.statistics().bytesIn() > 1_000);
            assertThat(one.events()).isEmpty();
        }
    }

    @Nested
    class WhenAPeerDies {
        @Test
        void theNodeHearsOfItInMilliseconds() {
            TestNode one = start(node(1));
            TestNode two = start(node(2));
            connect(one, two);
            one.forget();

            two.close();
            long closed = System.nanoTime();
            one.await(Event.PeerUnreachable.class);
            long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - closed);

            assertThat(one.seen(Event.PeerUnreachable.class)).containsExactly(new Event.PeerUnreachable(two.id()));
            assertThat(millis).as("milliseconds").isLessThan(1_000);
            assertThat(one.await(Event.LinksClosed.class))
                    .isEqualTo(new Event.LinksClosed(two.member(), two.hello.boot()));
        }

        @Test
        void itsNextBootIsDialledAgain() {
            TestNode one = start(node(1));
            TestNode two = start(node(2));
            connect(one, two);
            int port = two.address().port();
            two.close();
            one.await(Event.LinksClosed.class);

            TestNode again = start(node(2).port(port));

            one.await(Event.LinkOpened.class, e -> e.peer().boot().equals(again.hello.boot()));
        }

        @Test
        void itsPortIsFreeAtOnce() {
            for (int time = 0; time < 50; time++) {
                TestNode two = start(node(2));
                two.close();

                assertThatCode(() -> node(2).port(two.address().port()).start().close())
                        .as("time %d", time)
                        .doesNotThrowAnyException();
            }
        }

        @Test
        void othersAreNotDisturbed() {
            TestNode one = start(node(1));
            TestNode two = start(node(2));
            TestNode three = start(node(3));
            one.dial(two, three);
            one.await(Event.LinkOpened.class, e -> e.peer().equals(two.hello));
            one.await(Event.LinkOpened.class, e -> e.peer().equals(three.hello));

            two.close();
            one.await(Event.PeerUnreachable.class);
            one.await(Event.LinksClosed.class);
            one.send(three, new Election(new Term(1), 1, ElectionReason.SUSPECT));

            await("the message", () -> three.messagesFrom(one).size() == 1);
            assertThat(one.seen(Event.LinksClosed.class)) // two of them, if it opened its second link when it died
                    .extracting(Event.LinksClosed::peer)
                    .containsOnly(two.member());
        }

        @Test
        void aPeerThatWasNeverThereIsNotCalledUnreachable() {
            TestNode one = start(node(1));
            TestNode two = start(node(2));
            Address address = two.address();
            two.close();

            one.dialSeed(2, address);
            TestNode late = start(node(2).port(address.port()));
            one.await(Event.LinkOpened.class, e -> e.peer().equals(late.hello));

            assertThat(one.seen(Event.PeerUnreachable.class)).isEmpty();
        }
    }

    @Nested
    class TheListOfPeers {
        @Test
        void endsTheLinksOfThoseWhoAreNoLongerInIt() {
            TestNode one = start(node(1));
            TestNode two = start(node(2));
            one.dial(two);
            one.await(Event.LinkOpened.class);

            one.dial();

            two.await(Event.LinksClosed.class, e -> e.peer().equals(one.member()));
            assertThat(one.seen(Event.PeerUnreachable.class)).isEmpty();
        }

        @Test
        void movesTheLinksOfAPeerThatHasMoved() {
            TestNode one = start(node(1));
            TestNode two = start(node(2));
            one.dial(two);
            one.await(Event.LinkOpened.class);

            TestNode moved = start(node(2));
            one.links.keepLinks(List.of(new Peer(two.member(), moved.address(), "")), List.of());

            one.await(Event.LinkOpened.class, e -> e.peer().equals(moved.hello));
            two.await(Event.LinksClosed.class);
        }

        @Test
        void mayBeSaidAgainWithoutEffect() {
            TestNode one = start(node(1));
            TestNode two = start(node(2));
            connect(one, two);
            one.forget();

            one.dial(two);
            one.send(two, new Election(new Term(1), 1, ElectionReason.SUSPECT));

            await("the message", () -> two.messagesFrom(one).size() == 1);
            assertThat(one.events()).isEmpty();
        }
    }

    @Nested
    class ALinkWithoutMessages {
        @Test
        void staysOpenBecauseBothEndsGiveSignsOfLife() {
            TestNode one = start(node(1).fdTimeout(Duration.ofMillis(300)));
            TestNode two = start(node(2).fdTimeout(Duration.ofMillis(300)));
            connect(one, two);
            long before = one.links.statistics().framesIn();

            await("signs of life", () -> one.links.statistics().framesIn() > before + 50);

            assertThat(one.seen(Event.LinksClosed.class)).isEmpty();
            assertThat(one.seen(Event.LinkOpened.class)).hasSize(1);
        }
    }

    @Test
    void aNodeThatIsNotAskedForDoesNotExist() {
        TestNode one = start(node(1));

        one.links.send(new NodeId(9), new Election(new Term(1), 1, ElectionReason.SUSPECT));
        one.links.answerHello(99, null);
        one.links.flush();

        assertThat(one.links.statistics().unconnected()).isEqualTo(1);
    }
}
