package dev.concord.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;

/// A message that comes the short way is counted under the name and the tags of one that Spring MVC takes.
class RequestMetersTests extends HttpTest {
    /// The same path, spelt so that only Spring MVC knows it.
    private static final String LONG_WAY = "/api/%6dessages";

    @Autowired
    MeterRegistry meters;

    private Map<Meter.Id, Long> counts() {
        Map<Meter.Id, Long> counts = new HashMap<>();
        for (Timer timer : meters.find("http.server.requests").timers()) {
            counts.put(timer.getId(), timer.count());
        }
        return counts;
    }

    /// What was counted since, once there is something: an answer is there a little before it is counted.
    private Map<Meter.Id, Long> since(Map<Meter.Id, Long> before) {
        Eventually.isTrue(() -> !counts().equals(before));
        Map<Meter.Id, Long> more = counts();
        before.forEach((id, count) -> more.merge(id, -count, Long::sum));
        more.values().removeIf(count -> count == 0);
        return more;
    }

    private static String message(int length) {
        return "{\"sender\":\"ada\",\"text\":\"" + "t".repeat(length) + "\",\"id\":\"" + newId() + "\"}";
    }

    @ParameterizedTest
    @CsvSource({"100, 201", "17000, 413", "200000, 413"})
    void countBothWaysAlike(int length, int status) throws Exception {
        Map<Meter.Id, Long> before = counts();
        HttpResponse<String> shortWay = post("/api/messages", message(length));
        Map<Meter.Id, Long> ofShortWay = since(before);
        before = counts();
        HttpResponse<String> longWay = post(LONG_WAY, message(length));
        Map<Meter.Id, Long> ofLongWay = since(before);

        assertThat(shortWay.statusCode()).isEqualTo(status).isEqualTo(longWay.statusCode());
        assertThat(ofShortWay).hasSize(1).isEqualTo(ofLongWay);
        Meter.Id id = ofShortWay.keySet().iterator().next();
        assertThat(id.getTag("uri")).isEqualTo("/api/messages");
        assertThat(id.getTag("status")).isEqualTo(Integer.toString(status));
    }

    /// A body that goes on after it was refused ends its connection, which its client may see before the answer.
    @Test
    void countBothWaysAlikeWhereTheConnectionEnds() throws Exception {
        List<Map<Meter.Id, Long>> counted = new ArrayList<>();
        for (String path : List.of("/api/messages", LONG_WAY)) {
            Map<Meter.Id, Long> before = counts();
            try {
                post(path, message(4 << 20));
            } catch (IOException e) {
                assertThat(e).isNotInstanceOf(HttpTimeoutException.class);
            }
            counted.add(since(before));
        }

        assertThat(counted.getFirst()).hasSize(1).isEqualTo(counted.getLast());
        Meter.Id id = counted.getFirst().keySet().iterator().next();
        assertThat(id.getTag("status")).isEqualTo("413");
        assertThat(id.getTag("error")).isEqualTo("CloseNowException").isEqualTo(id.getTag("exception"));
    }

    @Test
    void timeARequest() throws Exception {
        Map<Meter.Id, Long> before = counts();
        post("/api/messages", message(1));

        assertThat(since(before)).hasSize(1);
        Timer timer = meters.get("http.server.requests").tags("status", "201").timer();
        assertThat(timer.totalTime(TimeUnit.NANOSECONDS)).isBetween(10_000.0, 60e9);
    }
}
