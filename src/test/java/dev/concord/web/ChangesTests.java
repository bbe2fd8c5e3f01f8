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
    void endWithTheDelete() throws Exception {
        long seq = say("dev", "hello");
        String delete = message("ada", "", "\"delete\":" + seq);
        HttpResponse<String> first = post("/api/messages", delete);
        HttpResponse<String> again = post("/api/messages", delete);

        assertThat(first.statusCode()).isEqualTo(201);
        assertThat(again.statusCode()).isEqualTo(200);
        assertThat(json(again).get("seq")).isEqualTo(json(first).get("seq"));
        refuses(post("/api/messages", message("ada", "x", "\"edit\":" + seq)), 409, "message-deleted");
        refuses(post("/api/messages", message("ada", "x", "\"reply\":" + seq)), 409, "message-deleted");
    }

    private String change(String text, String reference) throws Exception {
        HttpResponse<String> answer = post("/api/messages", message("ada", text, reference));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return "{\"seq\":" + json(answer).get("seq").asLong() + ",\"at\":\""
                + json(answer).get("at").asString() + "\"}";
    }

    @Test
    void areFoldedIntoTheCurrentViewAndLeftOutOfIt() throws Exception {
        long before = commit();
        long plain = say("dev", "plain");
        long edited = say("dev", "helo");
        long deleted = say("dev", "oops");
        long reply = json(post("/api/messages", message("ada", "re", "\"reply\":" + plain)))
                .get("seq")
                .asLong();
        change("hell", "\"edit\":" + edited);
        String edit = change("hello \\\"you\\\"", "\"edit\":" + edited);
        change("oops!", "\"edit\":" + deleted);
        String delete = change("", "\"delete\":" + deleted);
        String reEdit = change("re: plain", "\"edit\":" + reply);

        String page = get("/api/messages?view=current&after=" + before).body();
        assertThat(json(page).get("messages")).hasSize(4);
        assertThat(json(page).get("next").asLong()).isEqualTo(commit());
        String log = get("/api/messages/" + edited).body();
        assertThat(page)
                .contains(get("/api/messages/" + plain).body())
                .contains(log.replace("\"helo\"", "\"hello \\\"you\\\"\"")
                        .replaceFirst("}$", ",\"edited\":" + java.util.regex.Matcher.quoteReplacement(edit) + "}"))
                .contains(get("/api/messages/" + deleted)
                        .body()
                        .replace("\"oops\"", "\"\"")
                        .replaceFirst("}$", ",\"deleted\":" + delete + "}"))
                .contains("\"text\":\"re: plain\",\"reply\":" + plain + ",\"at\":")
                .contains(",\"edited\":" + reEdit);
        assertThat(json(get("/api/messages?after=" + before)).get("messages")).hasSize(9);
        assertThat(get("/api/messages?view=log&after=" + before).body())
                .isEqualTo(get("/api/messages?after=" + before).body());
    }

    @Test
    void areFoldedIntoPagesThatAreTurnedInEitherDirection() throws Exception {
        long before = commit();
        for (int i = 0; i < 7; i++) {
            long seq = say("turn", "old");
            change2("turn", "new", seq);
        }
        String forward = "";
        String next = "/api/messages?view=current&room=turn&limit=3&after=" + before;
        String backward = "";
        for (int page = 0; page < 3; page++) {
            HttpResponse<String> answer = get(next);
            forward += texts(answer);
            next = "/api/messages?view=current&room=turn&limit=3&after="
                    + json(answer).get("next").asLong();
        }
        HttpResponse<String> newest = get("/api/messages?view=current&room=turn&limit=3");
        assertThat(newest.headers().firstValue("Link").orElse("")).contains("view=current");
        for (int page = 0; page < 3; page++) {
            backward += texts(newest);
            if (!json(newest).get("prev").isNull()) {
                newest = get("/api/messages?view=current&room=turn&limit=3&before="
                        + json(newest).get("prev").asLong());
            }
        }
        assertThat(forward).isEqualTo("new ".repeat(7));
        assertThat(backward).isEqualTo("new ".repeat(7));
    }

    private static String texts(HttpResponse<String> page) {
        StringBuilder texts = new StringBuilder();
        json(page)
                .get("messages")
                .forEach(m -> texts.append(m.get("text").asString()).append(' '));
        return texts.toString();
    }

    private void change2(String room, String text, long seq) throws Exception {
        post(
                "/api/messages",
                message("ada", text, "\"edit\":" + seq).replace("\"room\":\"dev\"", "\"room\":\"" + room + "\""));
    }

    @Test
    void areListedForAMessageWithWhatItWas() throws Exception {
        long seq = say("dev", "one");
        say("dev", "between");
        for (int i = 2; i <= 5; i++) {
            change("text " + i, "\"edit\":" + seq);
        }
        change("", "\"delete\":" + seq);

        HttpResponse<String> all = get("/api/messages/" + seq + "/changes");
        assertThat(texts(all)).isEqualTo("one text 2 text 3 text 4 text 5  ");
        assertThat(all.body())
                .startsWith("{\"messages\":[" + get("/api/messages/" + seq).body() + ",");
        assertThat(json(all).get("next").isNull()).isTrue();
        HttpResponse<String> some = get("/api/messages/" + seq + "/changes?limit=2");
        assertThat(texts(some)).isEqualTo("one text 2 text 3 ");
        HttpResponse<String> rest = get("/api/messages/" + seq + "/changes?limit=10&after="
                + json(some).get("next").asLong());
        assertThat(texts(rest)).isEqualTo("text 4 text 5  ");
    }

    @Test
    void areAskedForInOneWayOnly() throws Exception {
        long seq = say("dev", "one");
        change("two", "\"edit\":" + seq);

        refuses(get("/api/messages/" + commit() + "/changes"), 422, "not-a-message");
        refuses(get("/api/messages/" + (commit() + 1) + "/changes"), 404, "message-not-found");
        refuses(get("/api/messages?view=both"), 400, "invalid-parameter");
        refuses(get("/api/messages?view=current&wait=1s"), 400, "invalid-parameter");
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
