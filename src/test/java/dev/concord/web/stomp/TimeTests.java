package dev.concord.web.stomp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.web.stomp.StompClient.Frame;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// What happens because time passes, or ends.
class TimeTests {
    private static StompSettings settings(Duration heartBeat, Duration stalledFor) {
        return new StompSettings(
                100, 3, 16, heartBeat, Duration.ofSeconds(10), stalledFor, Duration.ofMillis(200), List.of());
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
                Eventually.await(() -> server.sessions().statistics().sessions() == 0);
                assertThat(server.sessions().statistics().subscriptions()).isZero();
            }
        }
    }

    @Nested
    class WhenTheNodeStops {
        @Test
        void oneThatDoesNotReadDelaysItOnlyShortly() throws IOException {
            StompServer server = new StompServer(settings(Duration.ofSeconds(10), Duration.ofMinutes(10)));
            try (StompClient stalled = StompClient.connected(server.port())) {
                fill(server);
                stalled.send("SUBSCRIBE\nid:0\ndestination:/topic/chat\nafter:0\n\n");
                Eventually.await(() -> server.sessions().slowReaders() == 1);
                long start = System.nanoTime();
                server.close();
                assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
            }
        }
    }

    /// More than fits into the buffers of the operating system.
    private static void fill(StompServer server) {
        String[] texts = new String[3_000];
        for (int i = 0; i < texts.length; i++) {
            texts[i] = i + " " + "x".repeat(6_000);
        }
        server.commit("general", texts);
    }
}
