package dev.concord.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutboxTests {
    private static final String URL = "http://node";
    private static final long ANSWER_WITHIN = 10_000;

    private final List<Delivery> states = new ArrayList<>();
    private final Outbox outbox = new Outbox((_, state) -> states.add(state));
    private final Draft first = Draft.of("general", "ada", "one");
    private final Draft second = Draft.of("general", "ada", "two");

    @Test
    void oneMessageAtATimeIsUnderWay() {
        outbox.add(first);
        outbox.add(second);

        assertThat(outbox.next(0, URL)).isEqualTo(first);
        assertThat(outbox.next(0, URL)).isNull();

        outbox.durable(new Delivery.Durable(7, List.of(3L, 1L)));

        assertThat(outbox.next(0, URL)).isEqualTo(second);
        assertThat(states)
                .containsExactly(
                        new Delivery.Queued(),
                        new Delivery.Queued(),
                        new Delivery.Sending(URL),
                        new Delivery.Durable(7, List.of(3L, 1L)),
                        new Delivery.Sending(URL));
    }

    @Test
    void aLostConnectionLeavesTheOutcomeOpenAndTheSameMessageGoesOutAgainAtOnce() {
        outbox.add(first);
        outbox.add(second);
        outbox.next(0, URL);

        outbox.lost("gone", 5);

        assertThat(states.getLast()).isEqualTo(new Delivery.Retrying("gone", true));
        assertThat(outbox.next(5, URL)).isEqualTo(first);
    }

    @Test
    void whatWasNotUnderWayIsNotTouchedByALostConnection() {
        outbox.add(first);

        outbox.lost("gone", 5);

        assertThat(states).containsExactly(new Delivery.Queued());
    }

    @Test
    void aRefusalForNowIsTriedAgainLaterAndLaterAndKeepsItsPlace() {
        outbox.add(first);
        outbox.add(second);
        outbox.next(0, URL);

        outbox.refused(noQuorum(), 0);

        assertThat(states.getLast()).isEqualTo(new Delivery.Retrying("no-quorum: nobody", false));
        assertThat(outbox.wakeAt(ANSWER_WITHIN)).isEqualTo(Outbox.FIRST_REST_MS);
        assertThat(outbox.next(Outbox.FIRST_REST_MS - 1, URL)).isNull();
        assertThat(outbox.next(Outbox.FIRST_REST_MS, URL)).isEqualTo(first);

        outbox.refused(noQuorum(), 1_000);
        assertThat(outbox.wakeAt(ANSWER_WITHIN)).isEqualTo(1_000 + 2 * Outbox.FIRST_REST_MS);
        for (int i = 0; i < 20; i++) {
            assertThat(outbox.next(1_000_000, URL)).isEqualTo(first);
            outbox.refused(noQuorum(), 2_000);
        }
        assertThat(outbox.wakeAt(ANSWER_WITHIN)).isEqualTo(2_000 + Outbox.LONGEST_REST_MS);
    }

    @Test
    void onceUnknownItStaysUnknownUntilItIsDurable() {
        outbox.add(first);
        outbox.next(0, URL);
        outbox.refused(new Problem(504, "commit-unknown", "who knows", true), 0);
        outbox.next(1_000, URL);

        outbox.refused(noQuorum(), 1_000);

        assertThat(states.getLast()).isEqualTo(new Delivery.Retrying("no-quorum: nobody", true));
    }

    @Test
    void aRefusalForGoodEndsItAndTheNextOneGoes() {
        Problem problem = new Problem(422, "text-too-long", "too long", false);
        outbox.add(first);
        outbox.add(second);
        outbox.next(0, URL);

        outbox.refused(problem, 0);

        assertThat(states.getLast()).isEqualTo(new Delivery.Refused(problem));
        assertThat(outbox.next(0, URL)).isEqualTo(second);
    }

    @Test
    void aMessageInTheStreamIsDurableThoughItsAnswerWasLost() {
        outbox.add(first);
        outbox.next(0, URL);
        outbox.lost("gone", 5);

        outbox.seen(first.id(), 9);

        assertThat(states.getLast()).isEqualTo(new Delivery.Durable(9, List.of()));
        assertThat(outbox.isEmpty()).isTrue();
    }

    @Test
    void anAnswerThatIsStillExpectedSaysMoreThanTheStream() {
        outbox.add(first);
        outbox.next(0, URL);

        outbox.seen(first.id(), 9);

        assertThat(outbox.isEmpty()).isFalse();
        assertThat(outbox.isOverdue(ANSWER_WITHIN - 1, ANSWER_WITHIN)).isFalse();
        assertThat(outbox.isOverdue(ANSWER_WITHIN, ANSWER_WITHIN)).isTrue();
    }

    private static Problem noQuorum() {
        return new Problem(503, "no-quorum", "nobody", true);
    }
}
