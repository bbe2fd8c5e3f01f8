package dev.concord.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.chat.Subscriptions;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.annotation.DirtiesContext;

/// What those get who wait for messages when the node stops. Its readers are gone afterwards, so nobody else may have
/// it.
@DirtiesContext
class StoppingTests extends HttpTest {
    @Autowired
    private Subscriptions subscriptions;

    @Test
    void aLongPollIsSentToAnotherNode() throws Exception {
        CompletableFuture<HttpResponse<String>> waiting = CompletableFuture.supplyAsync(() -> {
            try {
                return get("/api/messages?wait=30s&after=" + commit());
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        Eventually.isTrue(() -> subscriptions.open(Subscriptions.Kind.LONG_POLL) == 1);

        subscriptions.stop();

        HttpResponse<String> answer = waiting.get(10, TimeUnit.SECONDS);
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(json(answer).get("code").asString()).isEqualTo("stopping");
        assertThat(answer.headers().firstValue("Retry-After")).hasValue("1");
    }
}
