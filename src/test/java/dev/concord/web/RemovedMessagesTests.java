package dev.concord.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What readers are told about messages that retention has removed.
class RemovedMessagesTests extends HttpTest {
    @BeforeEach
    void removeTheFirstFour() throws Exception {
        while (commit() < 10) {
            say("general", "hello");
        }
        node.log().removeBelow(5);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/messages/4",
                "/api/messages?after=3",
                "/api/messages?before=5",
                "/api/messages/stream?after=0"
            })
    void whoeverAsksForThemIsTold410AndWhereToGoOn(String path) throws Exception {
        HttpResponse<String> answer = get(path);

        assertThat(answer.statusCode()).isEqualTo(410);
        assertThat(json(answer).get("code").asString()).isEqualTo("message-removed");
        assertThat(json(answer).get("earliest").asLong()).isEqualTo(5);
    }

    @Test
    void theNewestPageBeginsWithTheEarliestThatIsLeft() throws Exception {
        assertThat(json(get("/api/messages")).get("earliest").asLong()).isEqualTo(5);
        assertThat(json(get("/api/messages")).get("prev").isNull()).isTrue();
    }
}
