package dev.concord.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.node.SubmitResult;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class SubmissionTests extends HttpTest {
    private static String message(String id, String text) {
        return "{\"sender\":\"ada\",\"text\":\"" + text + "\",\"id\":\"" + id + "\"}";
    }

    @Nested
    class AMessage {
        @Test
        void isAnsweredWith201AndItselfOnceItIsCommitted() throws Exception {
            String id = newId();
            HttpResponse<String> answer = post("/api/messages", message(id, "hello"));

            long seq = commit();
            assertThat(answer.statusCode()).isEqualTo(201);
            assertThat(answer.headers().firstValue("Location")).hasValue("/api/messages/" + seq);
            assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
            assertThat(answer.body())
                    .startsWith("{\"seq\":" + seq + ",\"term\":3,\"id\":\"" + id
                            + "\",\"room\":\"general\",\"sender\":\"ada\",\"text\":\"hello\",\"at\":\"2026-")
                    .endsWith("Z\",\"durableOn\":[1]}");
        }

        @Test
        void isWithinTheCommitOfItsOwnAnswer() throws Exception {
            HttpResponse<String> answer = post("/api/messages", message(newId(), "hello"));

            assertThat(answer.headers().firstValueAsLong("Concord-Commit"))
                    .hasValue(json(answer).get("seq").asLong());
        }

        @Test
        void sentAgainUnderItsIdIsAnsweredWith200AndTheFirstOne() throws Exception {
            String id = newId();
            JsonNode first = json(post("/api/messages", message(id, "hello")));
            HttpResponse<String> again = post("/api/messages", message(id, "hello"));

            assertThat(again.statusCode()).isEqualTo(200);
            assertThat(json(again).get("seq")).isEqualTo(first.get("seq"));
            assertThat(json(again).get("at")).isEqualTo(first.get("at"));
        }

        @ParameterizedTest
        @CsvSource({"%s", "\"%s\""})
        void mayCarryItsIdInAHeader(String form) throws Exception {
            String id = newId();
            String body = "{\"sender\":\"ada\",\"text\":\"hello\"}";
            HttpResponse<String> first = post("/api/messages", body, "Idempotency-Key", form.formatted(id));
            HttpResponse<String> again = post("/api/messages", message(id, "hello"));

            assertThat(json(first).get("id").asString()).isEqualTo(id);
            assertThat(again.statusCode()).isEqualTo(200);
        }

        @Test
        void withAnIdThatAnotherHasIsRefusedWith422() throws Exception {
            String id = newId();
            post("/api/messages", message(id, "hello"));
            HttpResponse<String> other = post("/api/messages", message(id, "something else"));

            assertThat(other.statusCode()).isEqualTo(422);
            assertThat(json(other).get("code").asString()).isEqualTo("id-reused");
            assertThat(json(other).get("retryable").asBoolean()).isFalse();
        }
    }

    @Nested
    class ARefusal {
        @ParameterizedTest
        @CsvSource({
            "NO_QUORUM,503,no-quorum",
            "NO_LEADER,503,no-leader",
            "OVERLOADED,503,overloaded",
            "FORMING,503,forming",
            "STOPPING,503,stopping"
        })
        void thatSurelyAppendedNothingSaysWhyAndWhenToRetry(SubmitResult.Reason reason, int status, String code)
                throws Exception {
            node.answerWith(body -> new SubmitResult.NotAppended(reason, 1500));

            HttpResponse<String> answer = post("/api/messages", message(newId(), "hello"));

            assertThat(answer.statusCode()).isEqualTo(status);
            assertThat(answer.headers().firstValue("Retry-After")).hasValue("2");
            assertThat(json(answer).get("code").asString()).isEqualTo(code);
            assertThat(json(answer).get("retryable").asBoolean()).isTrue();
        }

        @Test
        void withoutAKnownOutcomeIs504AndAsksForTheSameId() throws Exception {
            node.answerWith(body -> new SubmitResult.Unknown());

            HttpResponse<String> answer = post("/api/messages", message(newId(), "hello"));

            assertThat(answer.statusCode()).isEqualTo(504);
            assertThat(json(answer).get("code").asString()).isEqualTo("commit-unknown");
            assertThat(json(answer).get("detail").asString()).contains("same id");
        }

        @Test
        void ofARetryThatCameTooLateIs409() throws Exception {
            node.answerWith(body -> new SubmitResult.DedupExpired());

            HttpResponse<String> answer = post("/api/messages", message(newId(), "hello"), "Concord-Commit", "1");

            assertThat(answer.statusCode()).isEqualTo(409);
        }

        @Test
        void isAProblemWithAllItsMembers() throws Exception {
            node.loseQuorum();
            node.answerWith(body -> new SubmitResult.NotAppended(SubmitResult.Reason.NO_QUORUM, 0));

            HttpResponse<String> answer = post("/api/messages", message(newId(), "hello"));

            assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
            JsonNode problem = json(answer);
            assertThat(problem.propertyNames())
                    .containsExactly(
                            "type",
                            "title",
                            "status",
                            "detail",
                            "instance",
                            "code",
                            "retryable",
                            "retryAfterMs",
                            "node",
                            "leader",
                            "term");
            assertThat(problem.get("type").asString()).isEqualTo("/problems/no-quorum");
            assertThat(problem.get("instance").asString()).isEqualTo("/api/messages");
            assertThat(problem.get("node").asInt()).isEqualTo(1);
            assertThat(problem.get("leader").isNull()).isTrue();
            assertThat(problem.get("term").asInt()).isEqualTo(3);
        }
    }

    @Nested
    class BadInput {
        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "nonsense | 400 | malformed-request | ",
                    "{\"sender\":\"ada\",\"text\": | 400 | malformed-request | ",
                    "[] | 400 | malformed-request | ",
                    "{\"sender\":\"ada\"} | 400 | invalid-message | text",
                    "{\"text\":\"x\"} | 400 | invalid-message | sender",
                    "{\"sender\":5,\"text\":\"x\"} | 400 | invalid-message | sender",
                    "{\"sender\":\"ada\",\"text\":\"x\",\"mood\":\"good\"} | 400 | invalid-message | mood",
                    "{\"sender\":\"ada\",\"text\":\"x\",\"text\":\"y\"} | 400 | invalid-message | text",
                    "{\"sender\":\"ada\",\"text\":\"\"} | 400 | invalid-message | text",
                    "{\"sender\":\"ada\",\"text\":\"\\ud800\"} | 400 | invalid-message | text",
                    "{\"sender\":\"ada\",\"text\":\"a\\u0000\"} | 400 | invalid-message | text",
                    "{\"sender\":\"ada\",\"text\":\"x\",\"room\":\"No Room\"} | 400 | invalid-message | room",
                    "{\"sender\":\"ada\",\"text\":\"x\",\"id\":\"\"} | 400 | invalid-message | id",
                })
        void isRefusedNamingTheFaultAndDisturbsNothing(String body, int status, String code, String field)
                throws Exception {
            long before = commit();

            HttpResponse<String> answer = post("/api/messages", body);

            assertThat(answer.statusCode()).isEqualTo(status);
            assertThat(json(answer).get("code").asString()).isEqualTo(code);
            assertThat(json(answer).path("field").asString(null)).isEqualTo(field);
            assertThat(commit()).isEqualTo(before);
            assertThat(post("/api/messages", message(newId(), "hello")).statusCode())
                    .isEqualTo(201);
        }

        @Test
        void thatIsEmptyIsMalformed() throws Exception {
            assertThat(json(post("/api/messages", "")).get("code").asString()).isEqualTo("malformed-request");
        }

        @Test
        void thatEndsTooEarlyIsToldInWordsForClients() throws Exception {
            String detail = json(post("/api/messages", "{\"sender\":\"ada\""))
                    .get("detail")
                    .asString();

            assertThat(detail).startsWith("malformed JSON at byte 15: ").doesNotContain("Source", "REDACTED", "(");
        }

        @Test
        void withTooLongATextIs413() throws Exception {
            HttpResponse<String> answer = post("/api/messages", message(newId(), "x".repeat(16 * 1024 + 1)));

            assertThat(answer.statusCode()).isEqualTo(413);
            assertThat(json(answer).get("detail").asString()).contains("16384");
            assertThat(post("/api/messages", message(newId(), "x".repeat(16 * 1024)))
                            .statusCode())
                    .isEqualTo(201);
        }

        @Test
        void thatIsTooLargeAsAWholeIs413BeforeItIsParsed() throws Exception {
            String body = " ".repeat(200_000);

            assertThat(post("/api/messages", body).statusCode()).isEqualTo(413);
            HttpResponse<String> chunked = send(request("/api/messages")
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofByteArrays(List.of(body.getBytes(StandardCharsets.UTF_8)))));
            assertThat(chunked.statusCode()).isEqualTo(413);
        }

        @Test
        void ofAnotherTypeIs415() throws Exception {
            HttpResponse<String> answer = send(request("/api/messages")
                    .header("Content-Type", "text/plain")
                    .POST(HttpRequest.BodyPublishers.ofString("hello")));

            assertThat(answer.statusCode()).isEqualTo(415);
            assertThat(json(answer).get("code").asString()).isEqualTo("unsupported-media-type");
            assertThat(json(answer).get("detail").asString())
                    .contains("text/plain", "application/json", "application/x-ndjson");
        }

        @Test
        void thatIsCompressedIs415() throws Exception {
            assertThat(post("/api/messages", message(newId(), "x"), "Content-Encoding", "gzip")
                            .statusCode())
                    .isEqualTo(415);
        }

        @Test
        void withTwoDifferentIdsIs400() throws Exception {
            HttpResponse<String> answer = post("/api/messages", message(newId(), "x"), "Idempotency-Key", newId());

            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(json(answer).get("rule").asString()).isEqualTo("contradiction");
        }

        @ParameterizedTest
        @CsvSource({"-1", "many", "99999999999999999999"})
        void withACommitThatIsNoSeqIs400(String commit) throws Exception {
            HttpResponse<String> answer = post("/api/messages", message(newId(), "x"), "Concord-Commit", commit);

            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(json(answer).get("field").asString()).isEqualTo("Concord-Commit");
        }
    }
}
