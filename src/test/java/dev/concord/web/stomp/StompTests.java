package dev.concord.web.stomp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.node.Announcement;
import dev.concord.node.EventAction;
import dev.concord.node.SubmitResult;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.Role;
import dev.concord.protocol.Term;
import dev.concord.web.stomp.StompClient.Frame;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// What a client of `/ws` sees when all goes well.
class StompTests {
    private static final Duration SILENCE = Duration.ofMillis(300);

    private static StompServer server;

    private StompClient client;

    @BeforeAll
    static void startServer() {
        server = new StompServer();
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void connect() throws IOException {
        client = StompClient.connected(server.port());
    }

    @AfterEach
    void disconnect() throws IOException {
        server.node().answerNormally();
        client.close();
    }

    private static void assertSilent(StompClient client) throws IOException {
        try {
            assertThat(client.next(SILENCE)).as("a frame nobody expected").isNull();
        } catch (SocketTimeoutException expected) {
            // nothing came, as it should be
        }
    }

    @Nested
    class Connecting {
        @Test
        void theServerNamesItselfAndTheNewestCommonVersion() throws IOException {
            try (StompClient other = new StompClient(server.port())) {
                other.send("STOMP\naccept-version:1.0,1.1,1.2,2.0\nhost:localhost\n\n");
                Frame connected = other.next();
                assertThat(connected.command()).isEqualTo("CONNECTED");
                assertThat(connected.header("version")).isEqualTo("1.2");
                assertThat(connected.header("server")).startsWith("concord/");
                assertThat(connected.header("session")).isNotEmpty();
                assertThat(connected.header("heart-beat")).isEqualTo("10000,10000");
            }
        }

        @Test
        void withoutAcceptVersionTheClientSpeaksTheFirstOne() throws IOException {
            try (StompClient other = new StompClient(server.port())) {
                other.send("CONNECT\n\n");
                assertThat(other.next().header("version")).isEqualTo("1.0");
            }
        }

        @Test
        void theSubprotocolIsChosenAmongThoseTheClientOffers() throws IOException {
            try (StompClient other =
                    new StompClient(server.port(), "Sec-WebSocket-Protocol: v13.stomp, v12.stomp, v11.stomp")) {
                assertThat(other.socket().handshake()).contains("Sec-WebSocket-Protocol: v12.stomp");
            }
        }

        @Test
        void compressionIsDeclined() throws IOException {
            try (StompClient other = new StompClient(server.port(), "Sec-WebSocket-Extensions: permessage-deflate")) {
                assertThat(other.socket().handshake())
                        .startsWith("HTTP/1.1 101")
                        .doesNotContain("permessage-deflate");
            }
        }

        @Test
        void aBrowserPageOfAnotherOriginIsTurnedAway() throws IOException {
            try (WebSocketClient other = new WebSocketClient(server.port(), "Origin: https://elsewhere.example")) {
                assertThat(other.handshake()).startsWith("HTTP/1.1 403");
            }
        }

        @Test
        void thePageOfAnotherMemberIsLetIn() throws IOException {
            try (WebSocketClient other = new WebSocketClient(server.port(), "Origin: http://node2.example:8080")) {
                assertThat(other.handshake()).startsWith("HTTP/1.1 101");
            }
        }

        @Test
        void disconnectIsAnsweredAfterEverythingBefore() throws IOException {
            client.say("/app/chat", "last words", "r1");
            client.send("DISCONNECT\nreceipt:bye\n\n");
            assertThat(client.next().header("receipt-id")).isEqualTo("r1");
            assertThat(client.next().header("receipt-id")).isEqualTo("bye");
            assertThat(client.next().header("code")).isEqualTo("1000");
        }
    }

    @Nested
    class Sending {
        @Test
        void theReceiptCarriesSeqAndTerm() throws IOException {
            client.say("/app/chat", "hello", "r:1");
            Frame receipt = client.next();
            assertThat(receipt.command()).isEqualTo("RECEIPT");
            assertThat(receipt.header("receipt-id")).isEqualTo("r:1");
            assertThat(receipt.seq()).isEqualTo(server.commitSeq());
            assertThat(receipt.header("term")).isEqualTo("3");
            assertThat(receipt.header("durable-on")).isEqualTo("1");
        }

        @Test
        void noReceiptComesBeforeTheCommit() throws IOException {
            CountDownLatch commit = new CountDownLatch(1);
            server.node().answerWith(body -> {
                await(commit);
                return null;
            });
            client.say("/app/chat", "wait for it", "r1");
            assertSilent(client);
            commit.countDown();
            assertThat(client.next().header("receipt-id")).isEqualTo("r1");
        }

        @Test
        void messagesOfOneSessionKeepTheirOrderWithoutWaitingForEachOther() throws IOException {
            List<String> frames = new ArrayList<>();
            for (int i = 0; i < 3_000; i++) {
                frames.add("SEND\ndestination:/app/chat\nreceipt:" + i + "\n\n{\"sender\":\"ada\",\"text\":\"number "
                        + i + "\"}\0");
            }
            Thread.ofVirtual().start(() -> sendAll(frames));
            long previous = server.commitSeq();
            for (int i = 0; i < 3_000; i++) {
                Frame receipt = client.next();
                assertThat(receipt.header("receipt-id")).isEqualTo(Integer.toString(i));
                assertThat(receipt.seq()).isEqualTo(++previous);
            }
        }

        private void sendAll(List<String> frames) {
            try {
                client.socket().sendTexts(frames);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }

        @Test
        void aRetryWithTheSameIdGetsTheReceiptOfTheFirst() throws IOException {
            String frame = "SEND\ndestination:/app/chat\nreceipt:%s\n\n"
                    + "{\"sender\":\"ada\",\"text\":\"once\",\"id\":\"retry-1\"}";
            client.send(frame.formatted("first"));
            long seq = client.next().seq();
            client.send(frame.formatted("again"));
            Frame again = client.next();
            assertThat(again.header("receipt-id")).isEqualTo("again");
            assertThat(again.seq()).isEqualTo(seq);
        }

        @Test
        void theDestinationNamesTheRoom() throws IOException {
            client.subscribe("0", "/topic/chat.kitchen");
            client.say("/app/chat.kitchen", "tea?", "r1");
            Frame one = client.next();
            Frame message = one.command().equals("MESSAGE") ? one : client.next();
            assertThat(message.body()).contains("\"room\":\"kitchen\"").contains("\"text\":\"tea?\"");
        }

        @Test
        void aRefusedMessageIsExplainedAtTheErrorsAndTheSessionGoesOn() throws IOException {
            client.subscribe("e", "/user/queue/errors");
            client.send("SEND\ndestination:/app/chat\nreceipt:bad\n\n{\"sender\":\"ada\"}");
            Frame error = client.next();
            assertThat(error.command()).isEqualTo("MESSAGE");
            assertThat(error.header("destination")).isEqualTo("/user/queue/errors");
            assertThat(error.header("subscription")).isEqualTo("e");
            assertThat(error.header("receipt-id")).isEqualTo("bad");
            assertThat(error.header("content-type")).isEqualTo("application/problem+json");
            assertThat(error.body()).contains("\"code\":\"invalid-message\"").contains("\"rule\":\"missing\"");
            client.say("/app/chat", "better", "good");
            assertThat(client.next().header("receipt-id")).isEqualTo("good");
        }

        @Test
        void aChangeIsDeliveredAsItIsInTheLog() throws IOException {
            client.say("/app/chat", "helo", "r1");
            long seq = client.next().seq();
            client.subscribe("0", "/topic/chat");
            client.send("SEND\ndestination:/app/chat\n\n{\"sender\":\"ada\",\"text\":\"hello\",\"edit\":" + seq + "}");
            assertThat(client.next().body()).contains("\"text\":\"hello\",\"edit\":" + seq + ",\"at\":");
            client.send("SEND\ndestination:/app/chat\n\n{\"sender\":\"ada\",\"delete\":" + seq + "}");
            assertThat(client.next().body()).contains("\"text\":\"\",\"delete\":" + seq + ",\"at\":");
        }

        @Test
        void aChangeOfSomebodyElsesMessageIsExplainedAtTheErrors() throws IOException {
            client.say("/app/chat", "mine", "r1");
            long seq = client.next().seq();
            client.subscribe("e", "/user/queue/errors");
            client.send("SEND\ndestination:/app/chat\nreceipt:r2\n\n{\"sender\":\"bob\",\"text\":\"x\",\"edit\":" + seq
                    + "}");
            Frame error = client.next();
            assertThat(error.header("receipt-id")).isEqualTo("r2");
            assertThat(error.body()).contains("\"code\":\"not-yours\"");
        }

        @Test
        void anOutcomeOtherThanCommitGoesToTheErrorsToo() throws IOException {
            server.node().answerWith(body -> new SubmitResult.Unknown());
            client.subscribe("e", "/user/queue/errors");
            client.say("/app/chat", "who knows", "r1");
            Frame error = client.next();
            assertThat(error.header("receipt-id")).isEqualTo("r1");
            assertThat(error.body()).contains("\"code\":\"commit-unknown\"");
        }

        @Test
        void whoDoesNotListenToTheErrorsHearsNothingOfThem() throws IOException {
            client.send("SEND\ndestination:/app/chat.BAD!\nreceipt:bad\n\n{\"sender\":\"ada\",\"text\":\"x\"}");
            client.say("/app/chat", "fine", "good");
            assertThat(client.next().header("receipt-id")).isEqualTo("good");
        }

        @Test
        void aFullSessionIsReadNoFurtherUntilSomethingCommits() throws IOException {
            CountDownLatch commit = new CountDownLatch(1);
            server.node().answerWith(body -> {
                await(commit);
                return null;
            });
            int more = StompSettings.DEFAULTS.maxOutstanding() + 100;
            long before = server.sessions().statistics().submissions();
            List<String> frames = new ArrayList<>();
            for (int i = 0; i < more; i++) {
                frames.add("SEND\ndestination:/app/chat\nreceipt:" + i + "\n\n{\"sender\":\"a\",\"text\":\"b\"}\0");
            }
            client.socket().sendTexts(frames);
            long full = before + StompSettings.DEFAULTS.maxOutstanding();
            Eventually.await(() -> server.sessions().statistics().submissions() == full);
            assertSilent(client);
            assertThat(server.sessions().statistics().submissions()).isEqualTo(full);
            commit.countDown();
            for (int i = 0; i < more; i++) {
                assertThat(client.next().header("receipt-id")).isEqualTo(Integer.toString(i));
            }
        }
    }

    @Nested
    class Subscribing {
        @Test
        void aMessageCarriesItsPlaceInTheOrder() throws IOException {
            client.subscribe("s:0", "/topic/chat");
            server.commit("general", "grüße 🎈 \\\" \\n");
            Frame message = client.next();
            assertThat(message.command()).isEqualTo("MESSAGE");
            assertThat(message.header("subscription")).isEqualTo("s:0");
            assertThat(message.header("destination")).isEqualTo("/topic/chat");
            assertThat(message.seq()).isEqualTo(server.commitSeq());
            assertThat(message.header("message-id")).isEqualTo(Long.toString(server.commitSeq()));
            assertThat(message.header("term")).isEqualTo("3");
            assertThat(message.header("content-type")).isEqualTo("application/json");
            assertThat(message.body())
                    .startsWith("{\"seq\":" + server.commitSeq() + ",\"term\":3,\"id\":")
                    .contains("grüße 🎈");
        }

        @Test
        void withoutAfterItBeginsWithTheNextMessage() throws IOException {
            server.commit("general", "before");
            client.subscribe("0", "/topic/chat");
            server.commit("general", "next one");
            assertThat(client.next().body()).contains("next one");
        }

        @Test
        void fromEachPlaceItResumesWithoutGapOrDuplicate() throws IOException {
            server.commit("general", "a", "b", "c", "d", "e", "f", "g");
            long newest = server.commitSeq();
            for (long after = newest - 7; after <= newest; after++) {
                client.subscribe("at-" + after, "/topic/chat", "after:" + after);
                for (long seq = after + 1; seq <= newest; seq++) {
                    assertThat(client.next().seq()).isEqualTo(seq);
                }
                client.send("UNSUBSCRIBE\nid:at-" + after + "\nreceipt:un\n\n");
                assertThat(client.next().header("receipt-id")).isEqualTo("un");
            }
        }

        @Test
        void replayAndLiveJoinWithoutASeam() throws IOException {
            String[] texts = new String[2_000];
            for (int i = 0; i < texts.length; i++) {
                texts[i] = "m" + i;
            }
            long before = server.commitSeq();
            server.commit("general", texts);
            client.subscribe("0", "/topic/chat", "after:" + before);
            Thread.ofVirtual().start(() -> {
                for (int i = 0; i < 500; i++) {
                    server.commit("general", "live " + i);
                }
            });
            for (long seq = before + 1; seq <= before + 2_500; seq++) {
                assertThat(client.next().seq()).isEqualTo(seq);
            }
        }

        @Test
        void whatLeftTheMemoryIsReadFromTheLog() throws IOException {
            String[] texts = new String[20_000];
            for (int i = 0; i < texts.length; i++) {
                texts[i] = "old " + i;
            }
            long before = server.commitSeq();
            server.commit("general", texts);
            client.subscribe("0", "/topic/chat", "after:" + before);
            for (long seq = before + 1; seq <= before + texts.length; seq++) {
                assertThat(client.next().seq()).isEqualTo(seq);
            }
        }

        @Test
        void aPlaceThatIsNotReachedYetIsWaitedFor() throws IOException {
            long ahead = server.commitSeq() + 2;
            client.subscribe("0", "/topic/chat", "after:" + ahead);
            server.commit("general", "one", "two", "three");
            assertThat(client.next().seq()).isEqualTo(ahead + 1);
        }

        @Test
        void aRoomNamesTheMessageBefore() throws IOException {
            long start = server.commitSeq();
            client.subscribe("0", "/topic/chat.den");
            server.commit("den", "first");
            server.commit("elsewhere", "noise", "more noise");
            server.commit("den", "second");
            Frame first = client.next();
            assertThat(first.seq()).isEqualTo(start + 1);
            assertThat(first.header("destination")).isEqualTo("/topic/chat.den");
            assertThat(first.header("prev-seq")).isEqualTo(Long.toString(start));
            Frame second = client.next();
            assertThat(second.seq()).isEqualTo(start + 4);
            assertThat(second.header("prev-seq")).isEqualTo(Long.toString(start + 1));
        }

        @Test
        void aQuietRoomIsNotLostAmongManyMessages() throws IOException {
            client.subscribe("0", "/topic/chat.quiet");
            for (int round = 0; round < 20; round++) {
                String[] noise = new String[1_000];
                for (int i = 0; i < noise.length; i++) {
                    noise[i] = round + " noise " + i;
                }
                server.commit("loud", noise);
                server.commit("quiet", "psst " + round);
                assertThat(client.next().seq()).isEqualTo(server.commitSeq());
            }
        }

        @Test
        void afterUnsubscribeNothingMoreComes() throws IOException {
            client.subscribe("0", "/topic/chat");
            client.send("UNSUBSCRIBE\nid:0\nreceipt:un\n\n");
            assertThat(client.next().header("receipt-id")).isEqualTo("un");
            server.commit("general", "unheard");
            assertSilent(client);
        }

        @Test
        void twoSubscriptionsOfOneSessionEachGetEverything() throws IOException {
            client.subscribe("a", "/topic/chat");
            client.subscribe("b", "/topic/chat");
            server.commit("general", "twice");
            assertThat(List.of(
                            client.next().header("subscription"), client.next().header("subscription")))
                    .containsExactlyInAnyOrder("a", "b");
        }

        @Test
        void changesInTheClusterAreAnnounced() throws IOException {
            client.subscribe("c", "/topic/cluster");
            server.node()
                    .announce(new Announcement(
                            EventAction.LEADER_ELECTED, new Term(4), Role.FOLLOWER, new NodeId(2), 17, "node 2 leads"));
            Frame message = client.next();
            assertThat(message.header("destination")).isEqualTo("/topic/cluster");
            assertThat(message.header("term")).isEqualTo("4");
            assertThat(message.body())
                    .startsWith("{\"action\":\"leader-elected\",\"term\":4,\"role\":\"follower\",\"leader\":2,"
                            + "\"index\":17,\"detail\":\"node 2 leads\",\"at\":\"");
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
