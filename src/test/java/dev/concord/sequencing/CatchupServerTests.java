package dev.concord.sequencing;

import static dev.concord.protocol.Examples.member;
import static dev.concord.protocol.Examples.term;
import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.protocol.ChainHash;
import dev.concord.protocol.History;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.PeerMessage.CatchupMode;
import dev.concord.protocol.PeerMessage.CatchupReq;
import dev.concord.protocol.PeerMessage.CatchupResp;
import dev.concord.protocol.PeerMessage.CatchupStatus;
import dev.concord.protocol.Term;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// Serving pages of the log to members that are behind (C1, C3, C4).
class CatchupServerTests {
    private final History history = new History();
    private final LogTail log;
    private final CatchupServer server;
    private final int size;

    CatchupServerTests() {
        for (int i = 1; i <= 9; i++) {
            history.chat(1, "k" + i);
        }
        size = history.get(1).sizeInBytes();
        log = Logs.tail(4 * size); // entries 6 to 9 stay in memory
        history.entries().forEach(log::append);
        log.commit(9);
        server = new CatchupServer(log, 2 * size, 2);
    }

    @Nested
    class APage {
        @Test
        void isServedFromMemoryAndSaysThatThereIsMore() {
            CatchupResp page = answer(ask(6, 1 << 20), 9);

            assertThat(page.status()).isEqualTo(CatchupStatus.OK);
            assertThat(page.entries()).containsExactly(history.get(6), history.get(7));
            assertThat(page.more()).isTrue();
            assertThat(page.commitIndex()).isEqualTo(9);
        }

        @Test
        @DisplayName("C4: holds no more bytes than the asker wants")
        void holdsNoMoreThanAskedFor() {
            assertThat(answer(ask(6, size), 9).entries()).containsExactly(history.get(6));
        }

        @Test
        void isTheLastOneWhenItReachesTheLimit() {
            CatchupResp page = answer(ask(8, 1 << 20), 9);

            assertThat(page.entries()).hasSize(2);
            assertThat(page.more()).isFalse();
        }

        @Test
        @DisplayName("C1: ends at the commit index")
        void holdsNothingBeyondTheLimit() {
            assertThat(answer(ask(7, 1 << 20), 7).entries()).containsExactly(history.get(7));
        }

        @Test
        @DisplayName("C1: holds no entry of a term that the server has not made durable yet")
        void holdsNothingOfATermThatIsNotDurableHere() {
            CatchupServer.Step step = server.serve(member(1), ask(6, 1 << 20), Term.ZERO, 9);

            assertThat(step).isInstanceOfSatisfying(CatchupServer.Step.Answer.class, answer -> {
                assertThat(answer.response().status()).isEqualTo(CatchupStatus.OK);
                assertThat(answer.response().entries()).isEmpty();
                assertThat(answer.response().more()).as("ask again later").isFalse();
            });
        }

        @Test
        void isEmptyForAMemberThatHasEverything() {
            CatchupResp page = answer(ask(10, 1 << 20), 9);

            assertThat(page.status()).isEqualTo(CatchupStatus.OK);
            assertThat(page.entries()).isEmpty();
            assertThat(page.more()).isFalse();
        }

        @Test
        void isReadFromTheDiskWhenItIsNotInMemory() {
            assertThat(server.serve(member(1), ask(2, 1 << 20), term(1), 9))
                    .isEqualTo(new CatchupServer.Step.Read(2, 2 * size));

            CatchupResp page = server.readDone(member(1), 2, List.of(history.get(2), history.get(3)), term(1), 9);
            assertThat(page).isNotNull();
            assertThat(page.entries()).containsExactly(history.get(2), history.get(3));
            assertThat(page.more()).isTrue();
        }

        @Test
        @DisplayName("C1: ends before what a slow disk still holds and this log has cut")
        void endsBeforeWhatTheLogHasCut() {
            History before = history.upTo(2);
            LogEntry cut = before.chat(2, "cut");
            server.serve(member(1), ask(2, 1 << 20), term(2), 9);
            CatchupResp page = server.readDone(member(1), 2, List.of(history.get(2), cut), term(2), 9);

            assertThat(page).isNotNull();
            assertThat(page.entries()).containsExactly(history.get(2));

            server.serve(member(1), ask(3, 1 << 20), term(2), 9);
            assertThat(server.readDone(member(1), 3, List.of(cut), term(2), 9))
                    .isNotNull()
                    .satisfies(answer -> {
                        assertThat(answer.status()).isEqualTo(CatchupStatus.REFUSED);
                        assertThat(answer.entries()).isEmpty();
                    });
        }

        @Test
        @DisplayName("C5: is gone when retention took it meanwhile")
        void isTooOldWhenTheDiskHasNothing() {
            server.serve(member(1), ask(2, 1 << 20), term(1), 9);
            CatchupResp page = server.readDone(member(1), 2, List.of(), term(1), 9);

            assertThat(page).isNotNull();
            assertThat(page.status()).isEqualTo(CatchupStatus.TOO_OLD);
        }
    }

    @Nested
    class AnAskerWithAnotherHistory {
        @Test
        void isToldOfTheConflict() {
            CatchupReq otherTerm = request(7, 2, history.hashAt(6), 1 << 20);
            CatchupReq otherHash = request(7, 1, new ChainHash(1, 1), 1 << 20);

            assertThat(answer(otherTerm, 9).status()).isEqualTo(CatchupStatus.CONFLICT);
            assertThat(answer(otherHash, 9).status()).isEqualTo(CatchupStatus.CONFLICT);
        }

        @Test
        void isToldOfTheConflictWhenItsLogIsLonger() {
            assertThat(answer(request(12, 1, ChainHash.ZERO, 1 << 20), 9).status())
                    .isEqualTo(CatchupStatus.CONFLICT);
        }

        @Test
        void isToldOfTheConflictWhenItAsksForNothingThatExists() {
            assertThat(answer(request(0, 0, ChainHash.ZERO, 1 << 20), 9).status())
                    .isEqualTo(CatchupStatus.CONFLICT);
        }
    }

    @Nested
    @DisplayName("C4: the number of disk reads at once")
    class TheLimit {
        @Test
        void isReachedByTwoMembersAndTheThirdComesBack() {
            server.serve(member(1), ask(2, size), term(1), 9);
            server.serve(member(2), ask(2, size), term(1), 9);

            assertThat(refusedOrRead(3)).isEqualTo(CatchupStatus.REFUSED);
            assertThat(server.readsUnderWay()).isEqualTo(2);

            server.readDone(member(1), 2, List.of(history.get(2)), term(1), 9);
            assertThat(server.serve(member(3), ask(2, size), term(1), 9)).isInstanceOf(CatchupServer.Step.Read.class);
        }

        @Test
        void isOnePerMember() {
            server.serve(member(1), ask(2, size), term(1), 9);
            server.serve(member(1), ask(3, size), term(1), 9);

            assertThat(server.readsUnderWay()).isEqualTo(1);
            assertThat(server.readDone(member(1), 2, List.of(history.get(2)), term(1), 9))
                    .isNull();
            assertThat(server.readDone(member(1), 3, List.of(history.get(3)), term(1), 9))
                    .isNotNull();
        }

        private CatchupStatus refusedOrRead(int id) {
            return ((CatchupServer.Step.Answer) server.serve(member(id), ask(2, size), term(1), 9))
                    .response()
                    .status();
        }
    }

    private CatchupReq ask(long from, int maxBytes) {
        return request(from, from == 1 ? 0 : 1, history.hashAt(from - 1), maxBytes);
    }

    private static CatchupReq request(long from, long prevTerm, ChainHash prevHash, int maxBytes) {
        return new CatchupReq(term(1), CatchupMode.COMMITTED, 5, from, term(prevTerm), prevHash, maxBytes);
    }

    private CatchupResp answer(CatchupReq request, long limit) {
        return ((CatchupServer.Step.Answer) server.serve(member(1), request, term(1), limit)).response();
    }
}
