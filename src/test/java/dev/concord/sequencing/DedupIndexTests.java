package dev.concord.sequencing;

import static dev.concord.protocol.Examples.body;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concord.protocol.ChatBody;
import dev.concord.protocol.History;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// The keys of the log, uncommitted entries included (X3, X4).
class DedupIndexTests {
    private final History history = new History();
    private final DedupIndex keys = new DedupIndex(3, 42);

    @Test
    @DisplayName("Trap 17: a key is found before its entry is committed")
    void findsTheKeyOfAnUncommittedEntry() {
        keys.appended(history.chat(1, "a"));

        assertThat(keys.find(body("a")))
                .isEqualTo(new DedupIndex.Seen(1, 1, body("a").payloadHash()));
        assertThat(keys.find(body("b"))).isNull();
    }

    @Test
    @DisplayName("Trap 17: a key goes with its entry when that is rewound")
    void forgetsTheKeyOfARewoundEntry() {
        keys.appended(history.chat(1, "a"));
        keys.rewound(history.last());

        assertThat(keys.find(body("a"))).isNull();
        assertThat(keys.size()).isZero();
    }

    @Test
    void rewindsTheNewestFirst() {
        keys.appended(history.chat(1, "a"));
        keys.appended(history.chat(1, "b"));

        assertThatThrownBy(() -> keys.rewound(history.get(1))).hasMessage("rewound seq 1 but the newest is 2");
    }

    @Test
    void tellsAnotherMessageUnderTheSameKey() {
        keys.appended(history.chat(1, "a"));
        DedupIndex.Seen seen = keys.find(body("a"));

        assertThat(seen).isNotNull();
        assertThat(seen.matches(body("a"))).isTrue();
        assertThat(seen.matches(ChatBody.of("a", "", "general", "ada", "another text")))
                .isFalse();
    }

    @Nested
    @DisplayName("X4: the window")
    class TheWindow {
        @Test
        void keepsTheLastCommittedMessages() {
            for (String key : new String[] {"a", "b", "c", "d"}) {
                keys.appended(history.chat(1, key));
            }
            keys.committed(4);

            assertThat(keys.find(body("a"))).isNull();
            assertThat(keys.find(body("b"))).isNotNull();
            assertThat(keys.size()).isEqualTo(3);
        }

        @Test
        void isCountedFromTheCommittedEndSoThatARewindNeedsNoForgottenKey() {
            for (String key : new String[] {"a", "b", "c", "d", "e"}) {
                keys.appended(history.chat(1, key));
            }
            keys.committed(2);

            assertThat(keys.find(body("a"))).isNotNull();
        }

        @Test
        void refusesWhatMayHaveLeftIt() {
            assertThat(keys.mayHaveForgotten(6, 10)).isTrue();
            assertThat(keys.mayHaveForgotten(7, 10)).isFalse();
        }

        @Test
        void refusesNothingFromAClientThatIsNew() {
            assertThat(keys.mayHaveForgotten(-1, 1_000_000)).isFalse();
        }
    }
}
