package dev.concord.web.stomp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.web.stomp.StompClient.Frame;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// What happens because time passes, or ends.
class TimeTests {
    private static final int FILLED = 3_000;

    private static StompSettings settings(Duration heartBeat, Duration stalledFor) {
        return new StompSettings(100, 3, 16, heartBeat, Duration.ofSeconds(10), stalledFor, Duration.ofMillis(200));
    }

    @Nested
    class HeartBeat {
        private static final Duration INTERVAL = Duration.ofMillis(400);

        @Test
        void theServerSendsWhatItPromised() throws IOException {
            try (StompServer server = new StompServer(settings(INTERVAL, Duration.ofMinutes(1)));
                    StompClient client = new StompClient(server.port())) {
                client.send("CONNECT\naccept-version:1.2\nheart-beat:0,400\n\n");
                assertThat(client.next().header("heart-beat")).isEqualTo("400,400");
                for (int i = 0; i < 5; i++) {
                    assertThat(client.nextOrBeat(StompClient.PATIENCE).command())
                            .isEqualTo("BEAT");
                }
            }
        }

        @Test
        void aClientThatDoesNotSendWhatItPromisedIsSentAway() throws IOException {
            try (StompServer server = new StompServer(settings(INTERVAL, Duration.ofMinutes(1)));
                    StompClient client = new StompClient(server.port())) {
                client.send("CONNECT\naccept-version:1.2\nheart-beat:400,0\n\n");
                client.next();
                long start = System.nanoTime();
                Frame error = client.next();
                assertThat(error.header("message")).isEqualTo("no heart-beat");
                assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(INTERVAL.multipliedBy(2));
                assertThat(client.next().header("code")).isEqualTo("1002");
            }
        }

        @Test
        void anEndOfLineIsEnough() throws IOException {
            try (StompServer server = new StompServer(settings(INTERVAL, Duration.ofMinutes(1)));
                    StompClient client = new StompClient(server.port())) {
                client.send("CONNECT\naccept-version:1.2\nheart-beat:400,400\n\n");
                client.next();
                for (int i = 0; i < 10; i++) {
                    assertThat(client.nextOrBeat(StompClient.PATIENCE).command())
                            .isEqualTo("BEAT");
                    client.socket().sendText("\n");
                }
            }
        }

        @Test
        void theSlowerOfBothSidesDecides() throws StompFault {
            assertThat(HeartBeats.negotiate("5000,20000", Duration.ofSeconds(10)))
                    .isEqualTo(new HeartBeats(20_000_000_000L, 10_000_000_000L));
            assertThat(HeartBeats.negotiate("0,0", Duration.ofSeconds(10))).isEqualTo(HeartBeats.NONE);
        }
    }

    @Nested
    class AClientThatDoesNotRead {
        @Test
        void isGivenUpAfterTheTimeGrantedToIt() throws IOException {
            try (StompServer server = new StompServer(settings(Duration.ofSeconds(10), Duration.ofSeconds(1)));
                    StompClient stalled = StompClient.connected(server.port())) {
                fill(server);
                stalled.send("SUBSCRIBE\nid:0\ndestination:/topic/chat\nafter:0\n\n");
                Eventually.await(() -> server.sessions().slowReaders() == 1);
                long start = System.nanoTime();
                Eventually.await(() -> server.sessions().statistics().sessions() == 0);
                assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));
                assertThat(server.sessions().statistics().subscriptions()).isZero();
            }
        }

        /// It takes no heart-beats either, and has said how long it wants to be without: no need to wait as long as for
        /// one that said nothing.
        @Test
        void isGivenUpAfterThreeOfTheHeartBeatsItAskedFor() throws IOException {
            try (StompServer server = new StompServer(settings(Duration.ofMillis(300), Duration.ofMinutes(10)));
                    StompClient stalled = new StompClient(server.port())) {
                stalled.send("CONNECT\naccept-version:1.2\nheart-beat:0,300\n\n");
                assertThat(stalled.next().command()).isEqualTo("CONNECTED");
                fill(server);
                stalled.send("SUBSCRIBE\nid:0\ndestination:/topic/chat\nafter:0\n\n");
                Eventually.await(() -> server.sessions().slowReaders() == 1);
                Eventually.await(() -> server.sessions().statistics().sessions() == 0);
            }
        }

        @Test
        void isNotGivenUpWhileItReadsSlowly() throws IOException {
            try (StompServer server = new StompServer(settings(Duration.ofSeconds(10), Duration.ofSeconds(2)));
                    StompClient slow = StompClient.connected(server.port())) {
                fill(server);
                slow.send("SUBSCRIBE\nid:0\ndestination:/topic/chat\nafter:0\n\n");
                long start = System.nanoTime();
                for (int i = 1; i <= FILLED; i++) {
                    assertThat(slow.next().seq()).isEqualTo(i);
                    while (System.nanoTime() - start < i * 1_000_000L) { // three seconds for all, never long without
                        Thread.onSpinWait();
                    }
                }
            }
        }

        @Test
        void delaysTheAnswerToItsOwnFaultOnlyShortly() throws IOException {
            try (StompServer server = new StompServer(settings(Duration.ofSeconds(10), Duration.ofMinutes(10)));
                    StompClient stalled = StompClient.connected(server.port())) {
                fill(server);
                stalled.send("SUBSCRIBE\nid:0\ndestination:/topic/chat\nafter:0\n\n");
                Eventually.await(() -> server.sessions().slowReaders() == 1);
                stalled.send("NONSENSE\n\n");
                Eventually.await(() -> server.sessions().statistics().sessions() == 0);
            }
        }
    }

    @Nested
    class WhenTheNodeStops {
        private static final Duration STOP_LIMIT = Duration.ofSeconds(5);

        private Duration timeToStop(StompServer server) {
            long start = System.nanoTime();
            server.sessions().stop();
            return Duration.ofNanos(System.nanoTime() - start);
        }

        @Test
        void eachClientGetsTheLastMessageAndThen1012() throws Exception {
            StompServer server = new StompServer(settings(Duration.ofSeconds(10), Duration.ofMinutes(10)));
            List<StompClient> clients = new ArrayList<>();
            try (server) {
                for (int i = 0; i < 20; i++) {
                    clients.add(StompClient.connected(server.port()).subscribe("0", "/topic/chat"));
                }
                server.commit("general", "one", "two", "three");
                Thread stopping = Thread.ofVirtual().start(server.sessions()::stop);
                for (StompClient client : clients) {
                    assertThat(client.next().seq()).isEqualTo(1);
                    assertThat(client.next().seq()).isEqualTo(2);
                    assertThat(client.next().seq()).isEqualTo(3);
                    assertThat(client.next().header("code")).isEqualTo("1012");
                }
                stopping.join();
            }
        }

        @Test
        void aLongBacklogIsSentBefore1012AsFarAsTimeAllows() throws IOException {
            StompServer server = new StompServer(settings(Duration.ofSeconds(10), Duration.ofMinutes(10)));
            try (server;
                    StompClient client = StompClient.connected(server.port())) {
                fill(server);
                client.send("SUBSCRIBE\nid:0\ndestination:/topic/chat\nafter:0\n\n");
                assertThat(client.next().seq()).isEqualTo(1);
                Thread.ofVirtual().start(server.sessions()::stop);
                Frame frame = client.next();
                long seq = 1;
                while (frame.command().equals("MESSAGE")) {
                    assertThat(frame.seq()).isEqualTo(++seq);
                    frame = client.next();
                }
                assertThat(frame.header("code")).isEqualTo("1012");
                assertThat(seq).isEqualTo(FILLED);
            }
        }

        @Test
        void aMessageOnItsWayIsAnsweredBefore1012() throws Exception {
            StompServer server = new StompServer(settings(Duration.ofSeconds(10), Duration.ofMinutes(10)));
            CountDownLatch go = new CountDownLatch(1);
            try (server;
                    StompClient client = StompClient.connected(server.port())) {
                server.node().answerWith(body -> {
                    awaitUninterruptibly(go);
                    return null;
                });
                client.say("/app/chat", "on its way", "r1");
                Eventually.await(() -> server.sessions().statistics().submissions() == 1);
                Thread stopping = Thread.ofVirtual().start(server.sessions()::stop);
                Eventually.await(() -> server.sessions().isStopping());
                go.countDown();
                Frame receipt = client.next();
                assertThat(receipt.command()).isEqualTo("RECEIPT");
                assertThat(receipt.header("receipt-id")).isEqualTo("r1");
                assertThat(receipt.header("seq")).isEqualTo("1");
                assertThat(client.next().header("code")).isEqualTo("1012");
                stopping.join();
            }
        }

        /// The node has one second to close over (0.2 s here), two for those that do not read, and some to cut them
        /// off.
        @Test
        void oneHundredThatDoNotReadDelayItNoLongerThanOne() throws IOException {
            StompServer server = new StompServer(settings(Duration.ofSeconds(10), Duration.ofMinutes(10)));
            List<StompClient> stalled = new ArrayList<>();
            try (server) {
                fill(server);
                for (int i = 0; i < 100; i++) {
                    StompClient client = StompClient.connected(server.port());
                    client.send("SUBSCRIBE\nid:0\ndestination:/topic/chat\nafter:0\n\n");
                    stalled.add(client);
                }
                Eventually.await(() -> server.sessions().slowReaders() == 100);
                assertThat(timeToStop(server)).isLessThan(STOP_LIMIT);
                assertThat(server.sessions().statistics().sessions()).isZero();
                long start = System.nanoTime();
                server.close();
                assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(STOP_LIMIT);
            } finally {
                for (StompClient client : stalled) {
                    client.close();
                }
            }
        }

        @Test
        void theClosingIsSpreadOverTheTimeSetForIt() throws Exception {
            Duration spread = Duration.ofSeconds(1);
            StompServer server = new StompServer(new StompSettings(
                    100, 3, 16, Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofMinutes(1), spread));
            List<StompClient> clients = new ArrayList<>();
            try (server) {
                for (int i = 0; i < 10; i++) {
                    clients.add(StompClient.connected(server.port()));
                }
                ConcurrentLinkedQueue<Long> closings = new ConcurrentLinkedQueue<>();
                List<Thread> readers = new ArrayList<>();
                for (StompClient client : clients) {
                    readers.add(Thread.ofVirtual().start(() -> {
                        try {
                            if (client.next().header("code").equals("1012")) {
                                closings.add(System.nanoTime());
                            }
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    }));
                }
                server.sessions().stop();
                for (Thread reader : readers) {
                    reader.join();
                }
                assertThat(closings).hasSize(10);
                long first = closings.stream().mapToLong(Long::longValue).min().orElseThrow();
                long last = closings.stream().mapToLong(Long::longValue).max().orElseThrow();
                assertThat(Duration.ofNanos(last - first)).isGreaterThan(spread.dividedBy(2));
            }
        }

        private static void awaitUninterruptibly(CountDownLatch latch) {
            try {
                latch.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /// More than fits into the buffers of the operating system.
    private static void fill(StompServer server) {
        String[] texts = new String[FILLED];
        for (int i = 0; i < texts.length; i++) {
            texts[i] = i + " " + "x".repeat(6_000);
        }
        server.commit("general", texts);
    }
}
