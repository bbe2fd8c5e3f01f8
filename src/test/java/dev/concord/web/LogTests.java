package dev.concord.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.protocol.LogEntry;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The committed log as lines, for backups.
class LogTests extends HttpTest {
    @Test
    void givesTheLinesAsTheyAre() throws Exception {
        say("general", "hello");
        say("general", "grüße");
        long index = json(get("/api/log/head")).get("index").asLong();

        HttpResponse<String> answer = get("/api/log?from=1&to=" + index, "Accept", "application/x-ndjson");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body().lines())
                .containsExactlyElementsOf(node.committed().reader().read(1, index, Integer.MAX_VALUE).stream()
                        .map(LogEntry::toString)
                        .toList());
    }

    @ParameterizedTest
    @CsvSource({"to=1&from=0, from", "from=1, to", "from=3&to=2, from", "from=1&to=x, to", "from=1&to=1&room=a, room"})
    void refusesAStretchThatIsNone(String query, String field) throws Exception {
        HttpResponse<String> answer = get("/api/log?" + query);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(json(answer).get("field").asString()).isEqualTo(field);
    }

    @Test
    void saysWhenItIsNotThatFarYet() throws Exception {
        HttpResponse<String> answer = get("/api/log?to=" + (node.committed().commitIndex() + 1));

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(json(answer).get("code").asString()).isEqualTo("behind");
    }

    /// Readers that do not read: each holds one of the streams.
    @Test
    void servesFourCopiesAtOnce() throws Exception {
        String text = "x".repeat(16_000);
        for (int i = 0; i < 1_000; i++) {
            say("general", text);
        }
        String path = "/api/log?to=" + node.committed().commitIndex();
        List<Socket> readers = new ArrayList<>();
        try {
            for (int i = 0; i < LogController.MAX_STREAMS; i++) {
                Socket reader = new Socket();
                reader.setReceiveBufferSize(4096);
                reader.connect(new java.net.InetSocketAddress("localhost", port));
                reader.getOutputStream().write(head("GET " + path + " HTTP/1.1", "Host: localhost"));
                assertThat(reader.getInputStream().read()).isEqualTo('H');
                readers.add(reader);
            }
            HttpResponse<String> fifth = get(path);
            assertThat(fifth.statusCode()).isEqualTo(429);
            assertThat(json(fifth).get("code").asString()).isEqualTo("too-many-requests");
        } finally {
            for (Socket reader : readers) {
                reader.close();
            }
        }
        Eventually.isTrue(() -> get(path).statusCode() == 200);
    }
}
