package dev.concord.sequencing;

import static dev.concord.protocol.Examples.node;
import static dev.concord.protocol.Examples.position;
import static dev.concord.protocol.Examples.term;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concord.protocol.ChainHash;
import dev.concord.protocol.History;
import dev.concord.protocol.Term;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// The log as the protocol sees it: new entries in memory, old ones in summary.
class LogTailTests {
    /// Terms 1 1 1 3 3 4, led by 3, 2 and 3.
    private final History history = new History();

    LogTailTests() {
        history.noop(1, 3);
        history.chat(1, "a");
        history.chat(1, "b");
        history.noop(3, 2);
        history.chat(3, "c");
        history.noop(4, 3);
    }

    private LogTail tail(int keepBytes) {
        LogTail tail = Logs.tail(keepBytes);
        history.entries().forEach(tail::append);
        return tail;
    }

    @Nested
    @DisplayName("R2: where a term starts")
    class Terms {
        private final LogTail tail = tail(1 << 20);

        @Test
        void isKnownForEveryIndex() {
            assertThat(tail.firstIndexOfTermAt(3)).isEqualTo(1);
            assertThat(tail.firstIndexOfTermAt(4)).isEqualTo(4);
            assertThat(tail.firstIndexOfTermAt(5)).isEqualTo(4);
            assertThat(tail.firstIndexOfTermAt(6)).isEqualTo(6);
            assertThat(tail.termAt(0)).isEqualTo(Term.ZERO);
        }

        @Test
        void tellsTheLastIndexUpToATerm() {
            assertThat(tail.lastIndexUpToTerm(term(0))).isZero();
            assertThat(tail.lastIndexUpToTerm(term(1))).isEqualTo(3);
            assertThat(tail.lastIndexUpToTerm(term(2))).isEqualTo(3);
            assertThat(tail.lastIndexUpToTerm(term(3))).isEqualTo(5);
            assertThat(tail.lastIndexUpToTerm(term(9))).isEqualTo(6);
        }

        @Test
        void isStillKnownWhenTheEntriesAreNoLongerInMemory() {
            LogTail small = tail(0);
            small.commit(6);

            assertThat(small.firstInMemory()).isEqualTo(6);
            assertThat(small.termAt(2)).isEqualTo(term(1));
            assertThat(small.termAt(5)).isEqualTo(term(3));
            assertThat(small.firstIndexOfTermAt(5)).isEqualTo(4);
            assertThat(small.hashAt(4)).isNull();
            assertThat(small.hashAt(5)).isEqualTo(history.hashAt(5));
        }

        @Test
        void isForgottenWhenTheTermIsRewound() {
            tail.rewind(4);

            assertThat(tail.lastPosition()).isEqualTo(position(1, 3));
            assertThat(tail.lastIndexUpToTerm(term(9))).isEqualTo(3);
        }
    }

    @Nested
    class Memory {
        @Test
        void keepsEverythingThatIsNotCommitted() {
            LogTail tail = tail(0);

            assertThat(tail.firstInMemory()).isEqualTo(1);
            tail.commit(3);
            assertThat(tail.firstInMemory()).isEqualTo(4);
        }

        @Test
        void keepsCommittedEntriesUpToItsLimitInBytes() {
            int threeEntries =
                    history.from(4).stream().mapToInt(e -> e.sizeInBytes()).sum();
            LogTail tail = tail(threeEntries);
            tail.commit(6);

            assertThat(tail.firstInMemory()).isEqualTo(4);
        }

        @Test
        void growsWithTheLog() {
            LogTail tail = tail(0);
            for (int i = 0; i < 1000; i++) {
                tail.append(history.chat(4, "k" + i));
            }

            assertThat(tail.entry(1)).isEqualTo(history.get(1));
            assertThat(tail.entry(1006)).isEqualTo(history.get(1006));
            assertThat(tail.lastSeq()).isEqualTo(1003);
        }

        @Test
        void doesNotGuessWhatItDoesNotHold() {
            LogTail tail = tail(0);
            tail.commit(6);

            assertThat(tail.get(5)).isNull();
            assertThat(tail.get(7)).isNull();
            assertThatThrownBy(() -> tail.entry(5)).hasMessage("entry 5 is not in [6, 6]");
        }
    }

    @Nested
    class Appending {
        @Test
        void leavesNoGap() {
            LogTail tail = Logs.tail(0);

            assertThatThrownBy(() -> tail.append(history.get(2))).hasMessage("entry 2 after 0");
        }
    }

    @Nested
    @DisplayName("I5: rewinding")
    class Rewinding {
        private final LogTail tail = tail(1 << 20);

        @Test
        void returnsWhatIsGoneInOrder() {
            tail.commit(3);

            assertThat(tail.rewind(4)).isEqualTo(history.from(4));
            assertThat(tail.lastIndex()).isEqualTo(3);
            assertThat(tail.lastHash()).isEqualTo(history.hashAt(3));
            assertThat(tail.lastSeq()).isEqualTo(2);
        }

        @Test
        void isRefusedAtAndBelowTheCommitIndex() {
            tail.commit(3);

            assertThatThrownBy(() -> tail.rewind(3)).hasMessage("rewind to 3 at or below commit index 3");
            assertThat(tail.lastIndex()).isEqualTo(6);
        }
    }

    @Nested
    class Committing {
        private final LogTail tail = tail(1 << 20);

        @Test
        void returnsWhatIsNewlyCommittedOnce() {
            assertThat(tail.commit(2)).isEqualTo(history.upTo(2).entries());
            assertThat(tail.commit(4)).containsExactly(history.get(3), history.get(4));
            assertThat(tail.commit(4)).isEmpty();
            assertThat(tail.commitSeq()).isEqualTo(2);
        }

        @Test
        void neverGoesBack() {
            tail.commit(4);

            assertThat(tail.commit(2)).isEmpty();
            assertThat(tail.commitIndex()).isEqualTo(4);
        }

        @Test
        @DisplayName("I8: seq is dense")
        void refusesAGapInTheNumbersOfMessages() {
            LogTail strange = new LogTail(position(1, 1), ChainHash.ZERO, 7, 0, List.of(position(1, 1)), List.of(), 0);
            strange.append(history.get(2));

            assertThatThrownBy(() -> strange.commit(2)).hasMessage("seq 1 after 7 (I8)");
        }
    }

    @Nested
    class APage {
        private final LogTail tail = tail(1 << 20);

        @Test
        void holdsAsManyEntriesAsFit() {
            int two = history.get(1).sizeInBytes() + history.get(2).sizeInBytes();

            assertThat(tail.page(1, 6, two)).containsExactly(history.get(1), history.get(2));
            assertThat(tail.page(1, 6, two - 1)).containsExactly(history.get(1));
        }

        @Test
        void holdsOneEntryHoweverLarge() {
            assertThat(tail.page(2, 6, 1)).containsExactly(history.get(2));
        }

        @Test
        void endsWhereItIsToldToOrWithTheLog() {
            assertThat(tail.page(2, 3, 1 << 20)).hasSize(2);
            assertThat(tail.page(5, 99, 1 << 20)).hasSize(2);
            assertThat(tail.page(7, 99, 1 << 20)).isEmpty();
        }
    }

    @Nested
    @DisplayName("E13: recent leaderships")
    class RecentLeaderships {
        @Test
        void areCountedInMemoryAndInSummary() {
            LogTail small = tail(0);
            small.commit(6);

            assertThat(small.recentLeaderships(node(3))).isEqualTo(2);
            assertThat(tail(1 << 20).recentLeaderships(node(3))).isEqualTo(2);
            assertThat(small.recentLeaderships(node(2))).isEqualTo(1);
        }

        @Test
        void areThoseOfTheLastEightNoopsAlone() {
            LogTail tail = tail(1 << 20);
            for (int i = 0; i < 7; i++) {
                tail.append(history.noop(5 + i, 1));
            }

            assertThat(tail.recentLeaderships(node(1))).isEqualTo(7);
            assertThat(tail.recentLeaderships(node(3))).isEqualTo(1);
            assertThat(tail.recentLeaderships(node(2))).isZero();
        }

        @Test
        void areTakenBackWithARewind() {
            LogTail tail = tail(1 << 20);
            tail.rewind(6);

            assertThat(tail.recentLeaderships(node(3))).isEqualTo(1);
        }
    }
}
