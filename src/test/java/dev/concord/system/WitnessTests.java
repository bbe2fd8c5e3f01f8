package dev.concord.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.system.Witness.Outcome;
import dev.concord.system.Witness.Seen;
import dev.concord.system.Witness.Sent;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// The witness of the attacks believes nothing: each broken promise is called by its name.
class WitnessTests {
    private static final List<Seen> HISTORY = List.of(new Seen(1, "a"), new Seen(2, "b"), new Seen(3, "c"));

    private final Witness witness = new Witness();

    @BeforeEach
    void threeMessagesWereAcknowledged() {
        witness.sent(new Sent("ada", "a", 10, 20, Outcome.ACKNOWLEDGED, 1));
        witness.sent(new Sent("ada", "b", 30, 40, Outcome.ACKNOWLEDGED, 2));
        witness.sent(new Sent("bob", "c", 35, 50, Outcome.ACKNOWLEDGED, 3));
    }

    private List<String> judged(List<Seen> history) {
        return witness.broken(Map.of(1, history));
    }

    @Test
    void aKeptPromiseIsKept() {
        witness.sent(new Sent("bob", "d", 60, 70, Outcome.UNKNOWN, 0));
        witness.sent(new Sent("bob", "e", 80, 90, Outcome.REFUSED, 0));
        witness.subscription(HISTORY);
        witness.subscription(HISTORY.subList(0, 2));

        assertThat(witness.broken(Map.of(1, HISTORY, 2, HISTORY))).isEmpty();
        assertThat(witness.acknowledged()).isEqualTo(3);
    }

    @Test
    void whatNobodyKnowsOfMayBeThere() {
        witness.sent(new Sent("bob", "d", 60, 70, Outcome.UNKNOWN, 0));

        assertThat(judged(List.of(HISTORY.get(0), HISTORY.get(1), HISTORY.get(2), new Seen(4, "d"))))
                .isEmpty();
    }

    @Nested
    @DisplayName("is called by its name: a message that was")
    class Broken {
        @Test
        void lost() {
            assertThat(judged(HISTORY.subList(0, 2))).singleElement().asString().startsWith("lost: c");
        }

        @Test
        void doubled() {
            assertThat(judged(List.of(HISTORY.get(0), HISTORY.get(1), HISTORY.get(2), new Seen(4, "c"))))
                    .anyMatch(said -> said.startsWith("doubled: c"));
        }

        @Test
        void moved() {
            assertThat(judged(List.of(HISTORY.get(0), new Seen(2, "c"), new Seen(3, "b"))))
                    .anyMatch(said -> said.startsWith("moved: b"));
        }

        @Test
        void invented() {
            assertThat(judged(List.of(HISTORY.get(0), HISTORY.get(1), HISTORY.get(2), new Seen(4, "x"))))
                    .singleElement()
                    .asString()
                    .startsWith("invented");
        }

        @Test
        void refusedAndStored() {
            witness.sent(new Sent("bob", "d", 60, 70, Outcome.REFUSED, 0));

            assertThat(judged(List.of(HISTORY.get(0), HISTORY.get(1), HISTORY.get(2), new Seen(4, "d"))))
                    .singleElement()
                    .asString()
                    .startsWith("refused, and stored: d");
        }

        @Test
        void numberedWithAHole() {
            assertThat(judged(List.of(HISTORY.get(0), HISTORY.get(1), new Seen(4, "c"))))
                    .anyMatch(said -> said.startsWith("gap"));
        }

        @Test
        void orderedDifferentlyElsewhere() {
            assertThat(witness.broken(Map.of(1, HISTORY, 2, HISTORY.subList(0, 2))))
                    .anyMatch(said -> said.startsWith("order"));
        }

        @Test
        void putBeforeOneThatWasAcknowledgedEarlier() {
            witness.sent(new Sent("bob", "e", 100, 110, Outcome.ACKNOWLEDGED, 4));
            witness.sent(new Sent("ada", "d", 60, 70, Outcome.ACKNOWLEDGED, 5));

            assertThat(judged(List.of(
                            HISTORY.get(0), HISTORY.get(1), HISTORY.get(2), new Seen(4, "e"), new Seen(5, "d"))))
                    .singleElement()
                    .asString()
                    .startsWith("time: d");
        }

        @Test
        void skippedForASubscriber() {
            witness.subscription(List.of(HISTORY.get(0), HISTORY.get(2)));

            assertThat(judged(HISTORY)).singleElement().asString().startsWith("subscriber");
        }
    }
}
