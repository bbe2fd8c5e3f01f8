package dev.concord.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concord.chat.Subscriptions.Kind;
import dev.concord.protocol.ChatBody;
import dev.concord.runtime.InMemoryLog;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SubscriptionsTests {
    private final InMemoryLog log = new InMemoryLog();
    private final Subscriptions subscriptions = new Subscriptions(new ChatLimits(1, Duration.ofSeconds(1), 2, 1));

    private Cursor cursor() {
        return new Cursor(log.committed(), 0, RoomFilter.ALL);
    }

    @Test
    void admitNoMoreReadersThanTheLimitAndOneMoreWhenOneLeaves() {
        subscriptions.open(Kind.SSE, cursor(), () -> {});
        Subscriptions.Subscription second = subscriptions.open(Kind.STOMP, cursor(), () -> {});

        assertThatThrownBy(() -> subscriptions.open(Kind.SSE, cursor(), () -> {}))
                .isInstanceOf(TooManySubscriptionsException.class);
        second.close();
        second.close();
        subscriptions.open(Kind.SSE, cursor(), () -> {});
        assertThat(subscriptions.open(Kind.SSE)).isEqualTo(2);
        assertThat(subscriptions.open(Kind.STOMP)).isZero();
    }

    @Test
    void knowHowFarTheSlowestReaderIsBehind() {
        subscriptions.open(Kind.SSE, cursor(), () -> {});
        log.commit(List.of(ChatBody.of("1", "", "general", "a", "x"), ChatBody.of("2", "", "general", "a", "x")));

        assertThat(subscriptions.greatestLag()).isEqualTo(2);
    }

    @Test
    void sendEverybodyAwayWhenTheNodeStops() {
        AtomicInteger told = new AtomicInteger();
        subscriptions.open(Kind.SSE, cursor(), told::incrementAndGet);
        subscriptions.stop();
        subscriptions.open(Kind.SSE, cursor(), told::incrementAndGet);

        assertThat(told).hasValue(2);
    }
}
