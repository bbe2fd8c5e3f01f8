package dev.concord.sequencing;

import static dev.concord.protocol.Examples.AT;
import static dev.concord.protocol.Examples.body;
import static dev.concord.protocol.Examples.member;
import static dev.concord.protocol.Examples.node;
import static dev.concord.protocol.Examples.term;
import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.protocol.ChatBody;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.PeerMessage.Chat;
import dev.concord.protocol.PeerMessage.ChatResult;
import dev.concord.protocol.PeerMessage.ChatStatus;
import dev.concord.protocol.Term;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// The leader's desk (R1, X3, X4, X6, E14). Node 1 is the ingress, node 3 leads term 1.
class SequencerTests {
    private static final int MAX_PENDING = 4;
    private static final int WINDOW = 5;
    private static final int NO_LIMIT = Integer.MAX_VALUE;

    private final ReplicatedLog log = Logs.log(WINDOW);
    private final Sequencer sequencer = new Sequencer(log, new RefusedStreams(), MAX_PENDING, 1 << 20);
    private final List<ChatResult> answers = new ArrayList<>();

    @Nested
    @DisplayName("R1: a message")
    class AMessage {
        @Test
        void getsTheNextPlaceAndTheNextNumber() {
            List<LogEntry> entries = send(1, 1, "a", "b");

            assertThat(entries).extracting(LogEntry::index).containsExactly(1L, 2L);
            assertThat(entries).extracting(LogEntry::seq).containsExactly(1L, 2L);
            assertThat(entries.getLast().follows(entries.getFirst().hash())).isTrue();
        }

        @Test
        void isAnsweredWhenItIsCommittedAndNotBefore() {
            send(1, 1, "a", "b");
            assertThat(flushed()).isEmpty();
            commit(2);

            assertThat(flushed())
                    .containsExactly(new ChatResult(1, 2, ChatStatus.COMMITTED, 1, 1, term(1), nodes(3, 1)));
        }

        @Test
        @DisplayName("F1: a wall clock that goes back does not turn the order of times")
        void isNeverDatedBeforeTheOneBefore() {
            LogEntry first = sequencer
                    .take(member(1), chat(1, 1, "a"), term(1), AT, null, NO_LIMIT)
                    .getFirst();
            LogEntry second = sequencer
                    .take(member(1), chat(1, 2, "b"), term(1), AT - 5000, null, NO_LIMIT)
                    .getFirst();

            assertThat(second.atMillis()).isEqualTo(first.atMillis());
        }

        @Test
        void isRefusedWithTheReasonTheLeaderHas() {
            sequencer.take(member(1), chat(1, 1, "a", "b"), term(1), AT, ChatStatus.FORMING, NO_LIMIT);

            assertThat(flushed()).containsExactly(refused(1, 2, ChatStatus.FORMING));
            assertThat(log.tail().lastIndex()).isZero();
        }
    }

    @Nested
    @DisplayName("X2: a stream")
    class AStream {
        @Test
        void isTakenInOrder() {
            send(1, 1, "a");
            send(1, 2, "b");
            commit(2);

            assertThat(flushed()).hasSize(1);
            assertThat(log.tail().entry(2).body()).isEqualTo(body("b"));
        }

        @Test
        void isRefusedFromAGapOn() {
            send(1, 1, "a");
            assertThat(send(1, 3, "c")).isEmpty();

            assertThat(flushed()).containsExactly(refused(3, 1, ChatStatus.NOT_LEADER));
        }

        @Test
        @DisplayName("X1: of which something was refused is not taken in a later leadership either")
        void thatWasRefusedIsNotTakenInALaterLeadership() {
            sequencer.take(member(1), chat(7, 1, "a"), term(1), AT, ChatStatus.FORMING, NO_LIMIT);
            sequencer.abandon((to, stream, results) -> {});

            assertThat(send(7, 1, "a")).isEmpty();
            assertThat(flushed()).isEmpty();
            assertThat(send(8, 1, "a")).hasSize(1);
        }

        @Test
        void isTakenOnceHoweverOftenItArrives() {
            send(1, 1, "a", "b");
            assertThat(send(1, 1, "a", "b", "c")).extracting(LogEntry::body).containsExactly(body("c"));
        }

        @Test
        void replacesTheOneBeforeAndCountsFromOne() {
            send(1, 1, "a", "b");
            assertThat(send(2, 1, "c")).hasSize(1);
        }

        @Test
        void isRefusedOnceALaterOneHasBegunAndTheLaterOneIsNamed() {
            send(4, 1, "a");
            assertThat(send(3, 1, "b")).isEmpty();

            assertThat(flushed())
                    .containsExactly(new ChatResult(1, 1, ChatStatus.NOT_LEADER, 4, 0, Term.ZERO, List.of()));
        }

        @Test
        void mayBeNumberedLowerByANewBoot() {
            send(4, 1, "a");
            sequencer.forget(member(1));

            assertThat(send(1, 1, "b")).hasSize(1);
        }
    }

    @Nested
    @DisplayName("X3: a repetition")
    class ARepetition {
        @Test
        void ofACommittedMessageIsToldTheFirstPlace() {
            send(1, 1, "a", "b");
            commit(2);
            flushed();

            assertThat(send(2, 1, "b")).isEmpty();
            assertThat(flushed()).containsExactly(new ChatResult(1, 1, ChatStatus.DUPLICATE, 2, 2, term(1), List.of()));
        }

        @Test
        @DisplayName("trap 17: of an uncommitted message waits for its commit")
        void ofAnUncommittedMessageWaits() {
            send(1, 1, "a");
            assertThat(send(2, 1, "a")).isEmpty();
            assertThat(flushed()).isEmpty();
            commit(1);

            assertThat(flushed())
                    .containsExactly(new ChatResult(1, 1, ChatStatus.DUPLICATE, 1, 1, term(1), nodes(3, 1)));
            assertThat(log.tail().lastIndex()).isEqualTo(1);
        }

        @Test
        void withinOneBatchIsOneEntry() {
            assertThat(send(1, 1, "a", "a")).hasSize(1);
        }

        @Test
        void ofAKeyWithAnotherTextIsRefused() {
            send(1, 1, "a");
            Chat other =
                    new Chat(Term.ZERO, 1, 2, -1, List.of(ChatBody.of("a", "", "general", "ada", "something else")));
            assertThat(sequencer.take(member(1), other, term(1), AT, null, NO_LIMIT))
                    .isEmpty();

            assertThat(flushed())
                    .containsExactly(new ChatResult(2, 1, ChatStatus.KEY_REUSED, 0, 0, Term.ZERO, List.of()));
        }

        @Test
        @DisplayName("X4: that may be older than the window is refused, never taken as new")
        void thatMayBeForgottenIsRefused() {
            for (int i = 1; i <= WINDOW + 2; i++) {
                send(1, i, "k" + i);
                commit(i);
            }
            flushed();
            Chat late = new Chat(Term.ZERO, 1, WINDOW + 3, 1, List.of(body("k2")));

            assertThat(sequencer.take(member(1), late, term(1), AT, null, NO_LIMIT))
                    .isEmpty();
            assertThat(flushed())
                    .containsExactly(
                            new ChatResult(WINDOW + 3, 1, ChatStatus.DEDUP_EXPIRED, 0, 0, Term.ZERO, List.of()));
        }

        @Test
        @DisplayName("X2: what follows a repetition that is refused as too old is not taken in the same stream")
        void nothingOvertakesWhatIsRefusedAsTooOld() {
            for (int i = 1; i <= WINDOW + 2; i++) {
                send(1, i, "k" + i);
                commit(i);
            }
            flushed();
            Chat late = new Chat(Term.ZERO, 1, WINDOW + 3, 1, List.of(body("k2"), body("next")));
            Chat later = new Chat(Term.ZERO, 1, WINDOW + 5, -1, List.of(body("after that")));

            assertThat(sequencer.take(member(1), late, term(1), AT, null, NO_LIMIT))
                    .isEmpty();
            assertThat(sequencer.take(member(1), later, term(1), AT, null, NO_LIMIT))
                    .isEmpty();
            assertThat(flushed())
                    .containsExactly(
                            new ChatResult(WINDOW + 3, 1, ChatStatus.DEDUP_EXPIRED, 0, 0, Term.ZERO, List.of()),
                            refused(WINDOW + 4, 1, ChatStatus.NOT_LEADER),
                            refused(WINDOW + 5, 1, ChatStatus.NOT_LEADER));
        }
    }

    @Nested
    @DisplayName("X6: a leader that has too much to do")
    class TooMuch {
        @Test
        void refusesFromItsLimitOfMessagesOn() {
            assertThat(send(1, 1, "a", "b", "c", "d", "e", "f")).hasSize(MAX_PENDING);

            assertThat(flushed()).containsExactly(refused(5, 2, ChatStatus.BUSY));
        }

        @Test
        void refusesFromItsLimitOfBytesOn() {
            Sequencer small = new Sequencer(log, new RefusedStreams(), 1000, 300);
            List<LogEntry> entries = small.take(member(1), chat(1, 1, "a", "b", "c"), term(1), AT, null, NO_LIMIT);

            assertThat(entries).hasSize(2);
            assertThat(small.isFull()).isTrue();
        }

        @Test
        void refusesFromItsAllowanceOn() {
            assertThat(sequencer.take(member(1), chat(1, 1, "a", "b", "c"), term(1), AT, null, 2))
                    .hasSize(2);

            assertThat(flushed()).containsExactly(refused(3, 1, ChatStatus.BUSY));
        }

        @Test
        void refusesTheRestOfTheStreamSoThatTheOrderHolds() {
            send(1, 1, "a", "b", "c", "d", "e");
            commit(4);
            flushed();
            send(1, 6, "f");

            assertThat(flushed()).containsExactly(refused(6, 1, ChatStatus.NOT_LEADER));
        }

        @Test
        void takesMessagesAgainOnceSomeAreCommitted() {
            send(1, 1, "a", "b", "c", "d");
            commit(1);

            assertThat(send(1, 5, "e")).hasSize(1);
            assertThat(sequencer.pending()).isEqualTo(MAX_PENDING);
        }
    }

    @Nested
    @DisplayName("E14, trap 18: a leader that steps down")
    class SteppingDown {
        @Test
        void tellsEverybodyWhoWaitsThatTheOutcomeIsUnknown() {
            send(1, 1, "a", "b");
            sequencer.abandon(this::collect);

            assertThat(answers).containsExactly(new ChatResult(1, 2, ChatStatus.UNKNOWN, 0, 0, Term.ZERO, List.of()));
            assertThat(sequencer.pending()).isZero();
        }

        @Test
        void keepsWhatWasCommittedBefore() {
            send(1, 1, "a", "b");
            commit(1);
            sequencer.abandon(this::collect);

            assertThat(answers)
                    .extracting(ChatResult::status)
                    .containsExactly(ChatStatus.COMMITTED, ChatStatus.UNKNOWN);
        }

        private void collect(dev.concord.protocol.Member to, long stream, List<ChatResult> results) {
            answers.addAll(results);
        }
    }

    private List<LogEntry> send(long stream, long first, String... keys) {
        return sequencer.take(member(1), chat(stream, first, keys), term(1), AT, null, NO_LIMIT);
    }

    private static Chat chat(long stream, long first, String... keys) {
        return new Chat(
                Term.ZERO, stream, first, -1, Stream.of(keys).map(k -> body(k)).toList());
    }

    private void commit(long index) {
        log.commit(index);
        sequencer.committed(index, nodes(3, 1));
    }

    private List<ChatResult> flushed() {
        answers.clear();
        sequencer.flush((to, stream, results) -> answers.addAll(results));
        return List.copyOf(answers);
    }

    private static ChatResult refused(long first, int count, ChatStatus status) {
        return new ChatResult(first, count, status, 0, 0, Term.ZERO, List.of());
    }

    private static List<NodeId> nodes(int... ids) {
        return java.util.stream.IntStream.of(ids).mapToObj(i -> node(i)).toList();
    }
}
