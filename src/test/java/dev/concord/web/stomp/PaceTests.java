package dev.concord.web.stomp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.access.AccessControl;
import dev.concord.access.AccessMode;
import dev.concord.access.RateLimiter;
import dev.concord.node.SubmitResult;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// Clients that send faster than `rate_limit_per_client` allows. They are slowed down and not refused: what a client
/// has sent on one connection stays complete and in order, as with a slow network.
class PaceTests {
    private static final int PER_SECOND = 40;
    private static final Duration BEAT = Duration.ofMillis(200);

    private static StompServer limited() {
        return new StompServer(
                StompSettings.DEFAULTS.withHeartBeat(BEAT),
                AccessControl.open(AccessMode.LOOPBACK),
                new RateLimiter(PER_SECOND, System::nanoTime));
    }

    @Test
    void sendingTooFastIsSlowedDownAndLosesNothing() throws IOException {
        try (StompServer server = limited();
                StompClient client = StompClient.connected(server.port())) {
            int messages = 2 * PER_SECOND;
            client.subscribe("e", "/user/queue/errors");
            long start = System.nanoTime();
            for (int i = 0; i < messages; i++) {
                client.say("/app/chat", "message " + i, "r" + i);
            }
            for (int i = 0; i < messages; i++) {
                StompClient.Frame answer = client.next();
                assertThat(answer.command()).isEqualTo("RECEIPT");
                assertThat(answer.header("receipt-id")).isEqualTo("r" + i);
                assertThat(answer.seq()).isEqualTo(i + 1);
            }
            // a second's worth goes at once, the rest takes a second
            assertThat(System.nanoTime() - start).isGreaterThan(800_000_000L);
        }
    }

    @Test
    void whoIsSlowedDownGoesOnListeningAndIsNotTakenForDead() throws IOException {
        try (StompServer server = limited();
                StompClient client = new StompClient(server.port())) {
            client.send("CONNECT\naccept-version:1.2\nhost:localhost\nheart-beat:200,200\n\n");
            assertThat(client.next().command()).isEqualTo("CONNECTED");
            client.subscribe("1", "/topic/chat.other");
            for (int i = 0; i < 3 * PER_SECOND; i++) { // longer than three heart-beats that the client owes
                client.say("/app/chat", "message " + i, "r" + i);
            }
            server.commit("other", "news");
            int receipts = 0;
            boolean heard = false;
            while (receipts < 3 * PER_SECOND) {
                StompClient.Frame frame = client.next();
                assertThat(frame.command()).isIn("RECEIPT", "MESSAGE");
                receipts += frame.command().equals("RECEIPT") ? 1 : 0;
                heard |= frame.body().contains("news") && receipts < 3 * PER_SECOND;
            }
            assertThat(heard).as("news while its own messages waited").isTrue();
        }
    }

    @Test
    void oneClientsPaceIsOfItsAddressWhereNobodyHasAName() throws IOException {
        RateLimiter limiter = new RateLimiter(PER_SECOND, () -> 0);
        try (StompServer server =
                        new StompServer(StompSettings.DEFAULTS, AccessControl.open(AccessMode.LOOPBACK), limiter);
                StompClient one = StompClient.connected(server.port())) {
            for (int i = 0; i < PER_SECOND; i++) {
                one.say("/app/chat", "message " + i, "r" + i);
                assertThat(one.next().header("receipt-id")).isEqualTo("r" + i);
            }
            assertThat(limiter.tryTake("127.0.0.1"))
                    .as("the clock stands still")
                    .isPositive();
        }
    }

    @Test
    void whatTheClusterRefusesAsTooMuchIsSaidAtTheErrorsAndTheSessionGoesOn() throws IOException {
        try (StompServer server = limited();
                StompClient client = StompClient.connected(server.port())) {
            client.subscribe("e", "/user/queue/errors");
            server.node().answerWith(body -> new SubmitResult.NotAppended(SubmitResult.Reason.OVERLOADED, 500));
            client.say("/app/chat", "too much", "r1");
            assertThat(client.next())
                    .satisfies(error -> assertThat(error.header("receipt-id")).isEqualTo("r1"))
                    .satisfies(error ->
                            assertThat(error.body()).contains("\"code\":\"overloaded\"", "\"retryAfterMs\":500"));
            server.node().answerNormally();
            client.say("/app/chat", "better now", "r2");
            assertThat(client.next().header("receipt-id")).isEqualTo("r2");
        }
    }
}
