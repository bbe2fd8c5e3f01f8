package dev.concord.sequencing;

import static dev.concord.protocol.Examples.AT;
import static dev.concord.protocol.Examples.body;
import static dev.concord.protocol.Examples.term;
import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.protocol.ChainHash;
import dev.concord.protocol.History;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.LogPosition;
import dev.concord.protocol.PeerMessage.AckReason;
import dev.concord.protocol.Term;
import dev.concord.sequencing.ReplicatedLog.Verdict;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// What entries of others mean for a log (R2, R3).
class ReplicatedLogTests {
    /// What the leader has: terms 1 1 1 3 3.
    private final History leader = new History();

    ReplicatedLogTests() {
        leader.noop(1, 3);
        leader.chat(1, "a");
        leader.chat(1, "b");
        leader.noop(3, 2);
        leader.chat(3, "c");
    }

    /// The leader's message with the entries from one index to another.
    private Verdict judge(ReplicatedLog log, long from, long to) {
        return judge(log, leader, from, to);
    }

    private static Verdict judge(ReplicatedLog log, History sender, long from, long to) {
        return log.judge(
                from - 1,
                sender.termAt(from - 1),
                sender.hashAt(from - 1),
                sender.upTo(to).from(from));
    }

    @Nested
    class EntriesThatFit {
        @Test
        void areAppendedWhereNothingIs() {
            ReplicatedLog log = Logs.of(leader.upTo(2));

            assertThat(judge(log, 3, 5)).isEqualTo(new Verdict.Fits(0, leader.from(3), 5));
        }

        @Test
        void areKeptWhereTheyAreAlready() {
            ReplicatedLog log = Logs.of(leader.upTo(4));

            assertThat(judge(log, 2, 5)).isEqualTo(new Verdict.Fits(0, leader.from(5), 5));
        }

        @Test
        @DisplayName("Trap 7: an old message leaves alone what came after it")
        void doNotCutALongerLog() {
            ReplicatedLog log = Logs.of(leader);

            assertThat(judge(log, 1, 2)).isEqualTo(new Verdict.Fits(0, List.of(), 2));
        }

        @Test
        @DisplayName("Trap 6: verified is what the message covered, not what the log holds")
        void verifyOnlyWhatTheMessageCovers() {
            History other = leader.upTo(3);
            other.chat(1, "lost");
            ReplicatedLog log = Logs.of(other);

            assertThat(judge(log, 3, 3)).isEqualTo(new Verdict.Fits(0, List.of(), 3));
        }

        @Test
        @DisplayName("R3: another term at an index means cut and append")
        void replaceAnUncommittedSuffixOfAnotherTerm() {
            History other = leader.upTo(3);
            other.noop(2, 1);
            other.chat(2, "lost");
            other.chat(2, "lost too");
            ReplicatedLog log = Logs.of(other);

            assertThat(judge(log, 3, 5)).isEqualTo(new Verdict.Fits(4, leader.from(4), 5));
        }

        @Test
        void provePositionsWithoutCarryingAny() {
            assertThat(judge(Logs.of(leader), 4, 3)).isEqualTo(new Verdict.Fits(0, List.of(), 3));
        }
    }

    @Nested
    @DisplayName("R2: entries that do not continue the log")
    class EntriesThatDoNotContinue {
        @Test
        void leaveAGap() {
            assertThat(judge(Logs.of(leader.upTo(2)), 4, 5))
                    .isEqualTo(new Verdict.Refused(AckReason.GAP, Term.ZERO, 0));
        }

        @Test
        void conflictAndTheFirstIndexOfTheOwnTermIsTold() {
            History other = leader.upTo(2);
            other.noop(2, 1);
            other.chat(2, "x");
            other.chat(2, "y");

            assertThat(judge(Logs.of(other), 5, 5)).isEqualTo(new Verdict.Refused(AckReason.CONFLICT, term(2), 3));
        }
    }

    @Nested
    @DisplayName("R3: histories that differ where they cannot")
    class Broken {
        @Test
        void stopTheNodeWhenACommittedEntryWouldBeReplaced() {
            History other = leader.upTo(3);
            other.noop(2, 1);
            ReplicatedLog log = Logs.of(other);
            log.commit(4);

            assertThat(judge(log, 4, 5)).isInstanceOf(Verdict.Broken.class);
        }

        @Test
        void stopTheNodeWhenTheEntryBeforeIsCommittedOtherwise() {
            History other = leader.upTo(3);
            other.noop(2, 1);
            ReplicatedLog log = Logs.of(other);
            log.commit(4);

            assertThat(judge(log, 5, 5)).isInstanceOf(Verdict.Broken.class);
        }

        @Test
        @DisplayName("I4: same index and term, so same entry")
        void stopTheNodeWhenOneTermHasTwoEntriesAtAnIndex() {
            History other = leader.upTo(3);
            other.noop(3, 5);

            assertThat(judge(Logs.of(other), 4, 5)).isInstanceOf(Verdict.Broken.class);
        }
    }

    @Nested
    @DisplayName("Trap 30: bytes that were damaged on the way")
    class Damaged {
        @Test
        void areNotTakenWhenTheChainDoesNotHold() {
            LogEntry loose = LogEntry.chat(new LogPosition(term(3), 4), 3, AT, body("x"), new ChainHash(1, 1));

            assertThat(Logs.of(leader.upTo(3)).judge(3, term(1), leader.hashAt(3), List.of(loose)))
                    .isInstanceOf(Verdict.Damaged.class);
        }

        @Test
        void areNotTakenWhenAnIndexIsMissing() {
            assertThat(Logs.of(leader.upTo(2))
                            .judge(2, term(1), leader.hashAt(2), List.of(leader.get(3), leader.get(5))))
                    .isInstanceOf(Verdict.Damaged.class);
        }

        @Test
        void areNotTakenWhenATermGoesBack() {
            LogEntry back =
                    LogEntry.noop(new LogPosition(term(2), 6), AT, leader.get(4).leader(), leader.lastHash());

            assertThat(Logs.of(leader).judge(5, term(3), leader.hashAt(5), List.of(back)))
                    .isInstanceOf(Verdict.Damaged.class);
        }
    }

    @Nested
    class LogAndKeys {
        @Test
        @DisplayName("Trap 17: change together")
        void changeTogether() {
            ReplicatedLog log = Logs.of(leader);
            log.rewind(3);

            assertThat(log.keys().find(body("a"))).isNotNull();
            assertThat(log.keys().find(body("b"))).isNull();
            assertThat(log.keys().find(body("c"))).isNull();
        }

        @Test
        void forgetKeysWithTheCommitIndex() {
            ReplicatedLog log = Logs.log(1);
            leader.entries().forEach(log::append);
            assertThat(log.keys().size()).isEqualTo(3);
            log.commit(5);

            assertThat(log.keys().size()).isEqualTo(1);
        }
    }
}
