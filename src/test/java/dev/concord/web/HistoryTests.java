package dev.concord.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.chat.Subscriptions;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

class HistoryTests extends HttpTest {
    @Autowired
    Subscriptions subscriptions;

    private static List<Long> seqs(JsonNode page) {
        return page.get("messages")
                .valueStream()
                .map(m -> m.get("seq").asLong())
                .toList();
    }

    private long sayMany(int count, String room) throws Exception {
        long first = commit() + 1;
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < count; i++) {
            lines.append("{\"sender\":\"ada\",\"text\":\"hello\",\"room\":\"" + room + "\"}\n");
        }
        bulk(lines.toString());
        return first;
    }

    private String nextLink(HttpResponse<String> page, String rel) {
        Matcher link = Pattern.compile("<([^>]*)>; rel=\"" + rel + "\"")
                .matcher(page.headers().firstValue("Link").orElse(""));
        return link.find() ? link.group(1) : "";
    }

    @Nested
    class APage {
        @Test
        void isTheNewestOneWithoutACursor() throws Exception {
            sayMany(60, "general");
            long last = commit();

            JsonNode page = json(get("/api/messages"));

            assertThat(page.propertyNames()).containsExactly("messages", "earliest", "commit", "next", "prev");
            assertThat(seqs(page)).hasSize(50).endsWith(last);
            assertThat(page.get("earliest").asLong()).isEqualTo(1);
            assertThat(page.get("commit").asLong()).isEqualTo(last);
            assertThat(page.get("next").asLong()).isEqualTo(last);
            assertThat(page.get("prev").asLong()).isEqualTo(last - 49);
        }

        @Test
        void leadsToAllOthersByItsLinksForwards() throws Exception {
            long first = sayMany(250, "general");
            List<Long> seen = new ArrayList<>();
            String path = "/api/messages?limit=100&after=" + (first - 1);
            while (!path.isEmpty()) {
                HttpResponse<String> page = get(path);
                seen.addAll(seqs(json(page)));
                path = nextLink(page, "next");
            }

            assertThat(seen).hasSize(250).isSorted().doesNotHaveDuplicates().startsWith(first);
        }

        @Test
        void leadsToAllOthersOfItsRoomByItsLinksBackwards() throws Exception {
            String room = newId();
            for (int i = 0; i < 5; i++) {
                sayMany(7, room);
                sayMany(20, "general");
            }
            List<Long> seen = new ArrayList<>();
            String path = "/api/messages?limit=10&room=" + room;
            while (!path.isEmpty()) {
                HttpResponse<String> page = get(path);
                seen.addAll(0, seqs(json(page)));
                path = nextLink(page, "prev");
            }

            assertThat(seen).hasSize(35).isSorted().doesNotHaveDuplicates();
        }

        @Test
        void beyondTheEndIsEmptyAndKeepsItsPlace() throws Exception {
            JsonNode page = json(get("/api/messages?after=1000000000"));

            assertThat(seqs(page)).isEmpty();
            assertThat(page.get("next").asLong()).isEqualTo(1_000_000_000);
        }

        @Test
        void holdsUpToItsLimit() throws Exception {
            sayMany(1001, "general");

            assertThat(seqs(json(get("/api/messages?limit=1000")))).hasSize(1000);
        }
    }

    @Nested
    class AWaitingRequest {
        @Test
        void isAnsweredByTheNextMessage() throws Exception {
            say("general", "before");
            long last = commit();
            CompletableFuture<HttpResponse<String>> waiting = CLIENT.sendAsync(
                    request("/api/messages?wait=30s&after=" + last).GET().build(),
                    HttpResponse.BodyHandlers.ofString());
            Eventually.isTrue(() -> subscriptions.open(Subscriptions.Kind.LONG_POLL) == 1);
            long seq = say("general", "at last");

            JsonNode page = json(waiting.get(30, TimeUnit.SECONDS));

            assertThat(seqs(page)).containsExactly(seq);
        }

        @Test
        void forARoomIsNotAnsweredByAnother() throws Exception {
            String room = newId();
            long before = say("general", "other");
            CompletableFuture<HttpResponse<String>> waiting = CLIENT.sendAsync(
                    request("/api/messages?wait=30s&after=" + before + "&room=" + room)
                            .GET()
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            say("general", "other");
            long seq = say(room, "ours");

            assertThat(seqs(json(waiting.get(30, TimeUnit.SECONDS)))).containsExactly(seq);
        }

        @Test
        void isAnsweredWithAnEmptyPageWhenItsTimeIsOver() throws Exception {
            say("general", "before");
            JsonNode page = json(get("/api/messages?wait=50ms&after=" + commit()));

            assertThat(seqs(page)).isEmpty();
            assertThat(page.get("next").asLong()).isEqualTo(commit());
        }
    }

    @Nested
    class OneMessage {
        @Test
        void isFoundByItsSeq() throws Exception {
            long seq = say("general", "hello");

            HttpResponse<String> answer = get("/api/messages/" + seq);

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(json(answer).get("seq").asLong()).isEqualTo(seq);
        }

        @Test
        void thatIsNotThereYetIs404() throws Exception {
            HttpResponse<String> answer = get("/api/messages/123456789");

            assertThat(answer.statusCode()).isEqualTo(404);
            assertThat(json(answer).get("code").asString()).isEqualTo("message-not-found");
        }

        @ParameterizedTest
        @CsvSource({"0", "-5", "first", "1.5", "9999999999999999999"})
        void withASeqThatIsNoneIs400(String seq) throws Exception {
            HttpResponse<String> answer = get("/api/messages/" + seq);

            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(json(answer).get("code").asString()).isEqualTo("invalid-parameter");
        }
    }

    @Nested
    class ARange {
        @Test
        void streamsEveryMessageAsALine() throws Exception {
            long first = sayMany(3000, "general");

            HttpResponse<String> answer = get(
                    "/api/messages?after=" + (first - 1) + "&before=" + (first + 2500),
                    "Accept",
                    "application/x-ndjson");

            assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/x-ndjson");
            List<Long> seqs = answer.body()
                    .lines()
                    .map(line -> json(line).get("seq").asLong())
                    .toList();
            assertThat(seqs).hasSize(2500).isSorted().doesNotHaveDuplicates().startsWith(first);
        }

        @Test
        void withoutCursorsIsTheWholeHistory() throws Exception {
            say("general", "hello");

            HttpResponse<String> answer = get("/api/messages", "Accept", "application/x-ndjson");

            assertThat(answer.body().lines()).hasSize((int) commit());
        }

        @Test
        void ofARoomHasALimit() throws Exception {
            String room = newId();
            long first = sayMany(20, room);

            HttpResponse<String> answer =
                    get("/api/messages?limit=5&after=0&room=" + room, "Accept", "application/x-ndjson");

            assertThat(answer.body().lines())
                    .hasSize(5)
                    .first()
                    .satisfies(
                            line -> assertThat(json(line).get("seq").asLong()).isEqualTo(first));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "after=-1,after",
        "after=x,after",
        "after=,after",
        "before=0,before",
        "limit=0,limit",
        "limit=1001,limit",
        "room=No,room",
        "room=,room",
        "wait=61s,wait",
        "wait=5,wait",
        "wait=forever,wait",
        "wait=1s&before=5,wait",
        "after=1&after=2,after",
        "aftr=1,aftr"
    })
    void aBadParameterIs400AndNamed(String query, String field) throws Exception {
        HttpResponse<String> answer = get("/api/messages?" + query);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(json(answer).get("field").asString()).isEqualTo(field);
        assertThat(json(answer).get("code").asString()).isEqualTo("invalid-parameter");
    }

    @Nested
    class AReadThatMustNotBeOlder {
        @Test
        void waitsForWhatTheReaderHasSeenElsewhere() throws Exception {
            long next = commit() + 1;
            CompletableFuture<HttpResponse<String>> page = CompletableFuture.supplyAsync(() -> {
                try {
                    return get("/api/messages?minSeq=" + next);
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            sayMany(1, "general");

            HttpResponse<String> answer = page.get(10, TimeUnit.SECONDS);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(seqs(json(answer))).contains(next);
        }

        @Test
        void isRefusedByANodeThatIsNotThatFar() throws Exception {
            HttpResponse<String> answer = get("/api/messages?minSeq=" + (commit() + 1_000));

            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(json(answer).get("code").asString()).isEqualTo("behind");
            assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        }

        @ParameterizedTest
        @CsvSource({"application/json", "application/x-ndjson"})
        void isConfirmedByTheLeader(String form) throws Exception {
            long last = sayMany(1, "general");

            HttpResponse<String> answer = get("/api/messages?consistency=leader&after=" + (last - 1), "Accept", form);

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).contains("\"seq\":" + last);
        }

        @Test
        void saysWhichConsistencyThereIs() throws Exception {
            HttpResponse<String> answer = get("/api/messages?consistency=strong");

            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(json(answer).get("detail").asString()).contains("strong", "local or leader");
        }
    }

    @Test
    void aFormThatIsNotOfferedIs406() throws Exception {
        HttpResponse<String> answer = get("/api/messages", "Accept", "application/xml");

        assertThat(answer.statusCode()).isEqualTo(406);
        assertThat(json(answer).get("detail").asString())
                .contains("application/xml", "application/json", "application/x-ndjson");
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    }

    @Test
    void roomsAreListedWithCountAndLastSeq() throws Exception {
        String room = newId();
        long first = sayMany(3, room);

        JsonNode listing = json(get("/api/rooms"));

        JsonNode found = listing.get("rooms")
                .valueStream()
                .filter(r -> r.get("room").asString().equals(room))
                .findFirst()
                .orElseThrow();
        assertThat(found.get("count").asLong()).isEqualTo(3);
        assertThat(found.get("lastSeq").asLong()).isEqualTo(first + 2);
        assertThat(listing.get("complete").asBoolean()).isTrue();
    }
}
