package dev.concord.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Presence over REST and Server-Sent Events.
class PresenceRestTests extends HttpTest {
    private boolean isThere(String name, String room) throws Exception {
        String people = json(get("/api/presence?room=" + room)).get("people").toString();
        return people.contains("\"name\":\"" + name + "\"");
    }

    @Test
    void aReaderOfTheStreamIsThereWhileItReads() throws Exception {
        HttpResponse<Stream<String>> stream = CLIENT.send(
                request("/api/messages/stream?as=ada&room=dev").build(), HttpResponse.BodyHandlers.ofLines());
        Eventually.isTrue(() -> isThere("ada", "dev"));
        assertThat(isThere("ada", "other")).isFalse();
        assertThat(json(get("/api/presence")).get("nodes").get(0).get("known").asBoolean())
                .isTrue();
        stream.body().close();
        long deadline = System.nanoTime() + 30_000_000_000L;
        while (isThere("ada", "dev") && System.nanoTime() < deadline) {
            say("dev", "so that the server notices"); // that nobody reads any more
        }
        assertThat(isThere("ada", "dev")).isFalse();
    }

    @Test
    void oneClientDoesNotWriteInManyNames() throws Exception {
        long began = System.nanoTime();
        for (int i = 0; i < 40; i++) {
            assertThat(post("/api/presence/typing", "{\"sender\":\"name " + i + "\",\"room\":\"many\"}")
                            .statusCode())
                    .isEqualTo(202);
        }
        long most = 2 + 2 * (System.nanoTime() - began) / 1_000_000_000L + 1;
        assertThat(json(get("/api/presence?room=many")).get("typing").size()).isBetween(1, (int) Math.min(39, most));
    }

    @Test
    void aHintIsShownAndOthersAreRefusedByTheirRule() throws Exception {
        Eventually.isTrue(
                () -> { // another test may have used up what this client has
                    assertThat(post("/api/presence/typing", "{\"sender\":\"bob\",\"room\":\"hints\"}")
                                    .statusCode())
                            .isEqualTo(202);
                    return json(get("/api/presence?room=hints"))
                            .get("typing")
                            .toString()
                            .equals("[{\"name\":\"bob\",\"room\":\"hints\"}]");
                });
        for (String bad :
                List.of("{}", "[]", "{\"sender\":1}", "{\"sender\":\"b\",\"x\":1}", "{\"sender\":\" \"}", "nonsense")) {
            assertThat(post("/api/presence/typing", bad).statusCode()).as(bad).isEqualTo(400);
        }
        assertThat(post("/api/presence/typing", "{\"sender\":\"" + "b".repeat(3000) + "\"}")
                        .statusCode())
                .isEqualTo(413);
        assertThat(get("/api/presence?room=No+Room").statusCode()).isEqualTo(400);
        assertThat(get("/api/messages/stream?as=+").statusCode()).isEqualTo(400);
    }
}
