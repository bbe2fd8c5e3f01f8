package dev.concord.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What a client holds of what it is given, whatever that is.
class ClientLimitsTests {
    private static Lines lines(String text) {
        return new Lines(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void aLineThatIsTooLongIsNoAnswer() throws IOException {
        String longest = "x".repeat(Lines.MAX_LINE_BYTES - 1);
        assertThat(lines(longest + "\n").next()).hasSize(Lines.MAX_LINE_BYTES - 1);

        assertThatThrownBy(() -> lines(longest + "x\n").next())
                .isInstanceOf(BadAnswerException.class)
                .hasMessageContaining("a line of more than " + Lines.MAX_LINE_BYTES);
    }

    @Test
    void ofALongRefusalOnlyTheBeginningIsRead() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            byte[] body = "x".repeat(3 * NodeApi.MAX_PROBLEM_BYTES).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(418, body.length);
            try (exchange) {
                exchange.getResponseBody().write(body);
            } catch (IOException e) {
                // the client has read enough
            }
        });
        server.start();
        try {
            NodeApi node = new NodeApi("http://127.0.0.1:" + server.getAddress().getPort());
            assertThatThrownBy(node::rooms)
                    .isInstanceOf(BadAnswerException.class)
                    .extracting(e -> e.getMessage().replaceAll("[^x]", "").length())
                    .isEqualTo(NodeApi.MAX_PROBLEM_BYTES);
        } finally {
            server.stop(0);
        }
    }

    @Test
    void theOutboxOfASessionTakesAThousandMessages() throws OutboxFullException {
        ChatSession session = new ChatSession(List.of(new NodeApi("http://127.0.0.1:1")), "ada", new Silence());
        for (int i = 0; i < Outbox.MAX_MESSAGES; i++) {
            session.send(Draft.of("general", "ada", "number " + i));
        }
        assertThatThrownBy(() -> session.send(Draft.of("general", "ada", "one more")))
                .isInstanceOf(OutboxFullException.class);
        assertThat(session.unsettled()).isEqualTo(Outbox.MAX_MESSAGES);
    }

    @Test
    void theRestBetweenRoundsOfNodesThatFailIsBounded() {
        NodeRing ring = new NodeRing(List.of(new NodeApi("http://127.0.0.1:1"), new NodeApi("http://127.0.0.1:2")));
        List<Long> rests = new ArrayList<>();
        for (int round = 0; round < 10; round++) {
            rests.add(ring.longerRestMs());
        }
        assertThat(rests).startsWith(NodeRing.FIRST_REST_MS, 2 * NodeRing.FIRST_REST_MS);
        assertThat(rests.getLast()).isEqualTo(NodeRing.LONGEST_REST_MS);
        ring.worked();
        assertThat(ring.longerRestMs()).isEqualTo(NodeRing.FIRST_REST_MS);
    }

    @Test
    void aNodeWithoutALeaderIsLeftAtLongerAndLongerIntervals() {
        NodeApi node = new NodeApi("http://127.0.0.1:1");
        ClusterView leaderless = new ClusterView("c", 1, 0, 1, 1, 1, false, 0, "", false, List.of(), "");
        List<Long> leftAfterMs = new ArrayList<>();
        long[] nowMs = {0};
        ClusterProbe probe = new ClusterProbe((_, _) -> {}, (_, _) -> leftAfterMs.add(nowMs[0]));
        long start = 1_000_000_000L;
        for (; nowMs[0] <= ClusterProbe.LONGEST_LEADERLESS.toMillis() + 1_000; nowMs[0] += 500) {
            probe.judge(node, leaderless, start + nowMs[0] * 1_000_000);
        }
        assertThat(leftAfterMs.subList(0, 5)).containsExactly(8_500L, 16_500L, 32_500L, 64_500L, 120_500L);
        assertThat(leftAfterMs.get(5)).isEqualTo(121_000L); // no longer than two minutes
    }

    private static final class Silence implements ChatListener {
        @Override
        public void connected(String url) {}

        @Override
        public void lost(String url, String why) {}

        @Override
        public void ended(String why) {}

        @Override
        public void history(String room, Page page) {}

        @Override
        public void message(String room, Message message) {}

        @Override
        public void removed(String room, long earliest) {}

        @Override
        public void delivery(Draft draft, Delivery state) {}

        @Override
        public void cluster(ClusterView view) {}

        @Override
        public void presence(String room, Presence presence) {}
    }
}
