package dev.concord.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Replies, edits and deletes over REST.
class ChangesTests extends HttpTest {
    @AfterEach
    void backToTheNewestLevel() {
        node.level(2);
    }

    private static String message(String sender, String text, String reference) {
        return "{\"sender\":\"" + sender + "\",\"text\":\"" + text + "\"," + reference + ",\"room\":\"dev\",\"id\":\""
                + newId() + "\"}";
    }

    private void refuses(HttpResponse<String> answer, int status, String code) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(json(answer).get("code").asString()).isEqualTo(code);
    }

    @Test
    void areMessagesWithASeqOfTheirOwn() throws Exception {
        long seq = say("dev", "helo");
        HttpResponse<String> reply = post("/api/messages", message("bob", "hi", "\"reply\":" + seq));
        HttpResponse<String> edit = post("/api/messages", message("ada", "hello", "\"edit\":" + seq));
        HttpResponse<String> delete = post("/api/messages", message("ada", "", "\"delete\":" + seq));

        assertThat(reply.statusCode()).isEqualTo(201);
        assertThat(reply.body()).contains("\"text\":\"hi\",\"reply\":" + seq + ",\"at\":\"2026-");
        assertThat(edit.body())
                .contains("\"seq\":" + (seq + 2) + ",")
                .contains("\"text\":\"hello\",\"edit\":" + seq + ",\"at\":");
        assertThat(delete.body()).contains("\"text\":\"\",\"delete\":" + seq + ",\"at\":");
        assertThat(get("/api/messages/" + (seq + 1)).body())
                .isEqualTo(reply.body().replace(",\"durableOn\":[1]", ""));
    }

    @Test
    void sentAgainUnderTheirIdAreTheFirstOne() throws Exception {
        long seq = say("dev", "helo");
        String edit = message("ada", "hello", "\"edit\":" + seq);
        long first = json(post("/api/messages", edit)).get("seq").asLong();
        HttpResponse<String> again = post("/api/messages", edit);

        assertThat(again.statusCode()).isEqualTo(200);
        assertThat(json(again).get("seq").asLong()).isEqualTo(first);
        refuses(post("/api/messages", edit.replace("\"edit\"", "\"reply\"")), 422, "id-reused");
    }

    @Test
    void areRefusedByTheirCode() throws Exception {
        long seq = say("dev", "hello");
        long other = say("other", "hello");
        long edit = json(post("/api/messages", message("ada", "x", "\"edit\":" + seq)))
                .get("seq")
                .asLong();

        refuses(post("/api/messages", message("bob", "x", "\"edit\":" + seq)), 403, "not-yours");
        refuses(post("/api/messages", message("ada", "x", "\"edit\":" + (commit() + 1))), 404, "no-such-message");
        refuses(post("/api/messages", message("ada", "x", "\"reply\":" + other)), 422, "other-room");
        refuses(post("/api/messages", message("ada", "x", "\"reply\":" + edit)), 422, "not-a-message");
        refuses(post("/api/messages", message("ada", "x", "\"edit\":\"1\"")), 400, "invalid-message");
        refuses(post("/api/messages", message("ada", "x", "\"edit\":1,\"reply\":1")), 400, "invalid-message");
        assertThat(commit()).isEqualTo(edit);
    }

    @Test
    void waitForTheUpgradeOfTheCluster() throws Exception {
        long seq = say("dev", "hello");
        node.level(1);
        HttpResponse<String> early = post("/api/messages", message("ada", "x", "\"edit\":" + seq));

        refuses(early, 409, "level-too-low");
        assertThat(json(early).get("detail").asString()).contains("concord upgrade");
        assertThat(post("/api/messages", "{\"sender\":\"ada\",\"text\":\"plain\"}")
                        .statusCode())
                .isEqualTo(201);
    }

    @Test
    void inABulkAreJudgedLineByLine() throws Exception {
        long seq = say("dev", "hello");
        HttpResponse<String> answer =
                bulk(message("bob", "x", "\"edit\":" + seq) + "\n" + message("ada", "x", "\"edit\":" + seq) + "\n");

        assertThat(answer.body().lines().toList().get(0))
                .contains("\"code\":\"not-yours\"")
                .contains("\"line\":1");
        assertThat(answer.body().lines().toList().get(1)).startsWith("{\"status\":201,");
    }
}
