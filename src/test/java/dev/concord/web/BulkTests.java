package dev.concord.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.node.SubmitResult;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class BulkTests extends HttpTest {
    private static final byte[] BULK_HEAD = head(
            "POST /api/messages HTTP/1.1",
            "Host: localhost",
            "Content-Type: application/x-ndjson",
            "Transfer-Encoding: chunked");

    private static String line(String id, String text) {
        return "{\"sender\":\"ada\",\"text\":\"" + text + "\",\"id\":\"" + id + "\"}\n";
    }

    private static List<JsonNode> results(HttpResponse<String> answer) {
        return answer.body().lines().map(HttpTest::json).toList();
    }

    @Test
    void fiftyThousandLinesGetFiftyThousandResultsInTheirOrder() throws Exception {
        long before = commit();
        int count = 50_000;
        String prefix = newId();
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < count; i++) {
            lines.append(line(prefix + "-" + i, "message number " + i));
        }

        List<JsonNode> results = results(bulk(lines.toString()));

        assertThat(results).hasSize(count);
        for (int i = 0; i < count; i++) {
            assertThat(results.get(i).get("status").asInt()).isEqualTo(201);
            assertThat(results.get(i).get("id").asString()).isEqualTo(prefix + "-" + i);
            assertThat(results.get(i).get("seq").asLong()).isEqualTo(before + i + 1);
        }
    }

    @Test
    void aBadLineGetsItsOwnErrorAndTheRestGoesOn() throws Exception {
        String repeated = newId();
        String body = line(newId(), "one")
                + "nonsense\n"
                + "{\"sender\":\"ada\"}\n"
                + "\n"
                + line(repeated, "two")
                + line(repeated, "two")
                + line(repeated, "changed")
                + "{\"sender\":\"ada\",\"text\":\"" + "x".repeat(150_000) + "\"}\n"
                + line(newId(), "last").stripTrailing();

        List<JsonNode> results = results(bulk(body));

        assertThat(results)
                .extracting(r -> r.get("status").asInt())
                .containsExactly(201, 400, 400, 201, 200, 422, 413, 201);
        assertThat(results.get(1).get("line").asInt()).isEqualTo(2);
        assertThat(results.get(2).get("field").asString()).isEqualTo("text");
        assertThat(results.get(6).get("line").asInt()).isEqualTo(8);
    }

    @Test
    void aMessageThatTheClusterRefusesGetsItsOwnError() throws Exception {
        node.answerWith(body -> body.text().equals("refused")
                ? new SubmitResult.NotAppended(SubmitResult.Reason.OVERLOADED, 100)
                : body.text().equals("lost") ? new SubmitResult.Unknown() : null);

        List<JsonNode> results = results(
                bulk(line(newId(), "one") + line(newId(), "refused") + line(newId(), "lost") + line(newId(), "two")));

        assertThat(results).extracting(r -> r.get("status").asInt()).containsExactly(201, 503, 504, 201);
        assertThat(results.get(1).get("code").asString()).isEqualTo("overloaded");
    }

    @Test
    void resultsComeWhileTheClientStillSends() throws Exception {
        try (Socket socket = new Socket("localhost", port)) {
            socket.setSoTimeout(30_000);
            OutputStream out = socket.getOutputStream();
            out.write(BULK_HEAD);
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            List<Long> seqs = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                String line = line(newId(), "hello");
                out.write((Integer.toHexString(line.length()) + "\r\n" + line + "\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
                out.flush();
                String answer = in.readLine();
                while (!answer.startsWith("{")) {
                    answer = in.readLine();
                }
                seqs.add(json(answer).get("seq").asLong());
            }
            assertThat(seqs).hasSize(3).isSorted();
        }
    }

    @Test
    void noMoreMessagesAreOpenThanTheWindowAllows() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger seen = new AtomicInteger();
        node.answerWith(body -> {
            seen.incrementAndGet();
            awaitQuietly(release);
            return null;
        });
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 5 * BulkSubmission.MAX_OPEN; i++) {
            lines.append(line(newId(), "hello"));
        }
        var answer = CLIENT.sendAsync(
                request("/api/messages")
                        .header("Content-Type", "application/x-ndjson")
                        .POST(HttpRequest.BodyPublishers.ofString(lines.toString()))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        Eventually.isTrue(() -> node.waitingSubmissions() + 1 >= BulkSubmission.MAX_OPEN);

        assertThat(node.waitingSubmissions() + seen.get()).isLessThanOrEqualTo(BulkSubmission.MAX_OPEN);
        release.countDown();
        assertThat(results(answer.get())).hasSize(5 * BulkSubmission.MAX_OPEN);
    }

    @Test
    void moreBulkSubmissionsThanTheLimitAre429() throws Exception {
        List<Socket> open = new ArrayList<>();
        try {
            for (int i = 0; i < WebTestApplication.MAX_BULK_REQUESTS; i++) {
                open.add(startBulk());
            }
            Eventually.isTrue(() -> bulk(line(newId(), "x")).statusCode() == 429);
        } finally {
            for (Socket socket : open) {
                socket.close();
            }
        }
        Eventually.isTrue(() -> bulk(line(newId(), "x")).statusCode() == 200);
    }

    @Test
    void aKeyInTheHeaderCannotStandForManyMessages() throws Exception {
        HttpResponse<String> answer = send(request("/api/messages")
                .header("Content-Type", "application/x-ndjson")
                .header("Idempotency-Key", "k")
                .POST(HttpRequest.BodyPublishers.ofString(line(newId(), "x"))));

        assertThat(answer.statusCode()).isEqualTo(400);
    }

    private Socket startBulk() throws Exception {
        Socket socket = new Socket("localhost", port);
        socket.getOutputStream().write(BULK_HEAD);
        return socket;
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
