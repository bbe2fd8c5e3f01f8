package dev.concord.sequencing;

import static dev.concord.protocol.Examples.member;
import static dev.concord.protocol.Examples.node;
import static dev.concord.protocol.Examples.peer;
import static dev.concord.protocol.Examples.term;
import static dev.concord.protocol.Examples.voters;
import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.protocol.Configuration;
import dev.concord.protocol.History;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.PeerMessage.AckReason;
import dev.concord.protocol.PeerMessage.SeqAck;
import dev.concord.protocol.PeerMessage.SeqChat;
import dev.concord.protocol.ProtocolSettings;
import dev.concord.protocol.Term;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// How node 3, leader of term 2 among voters 1, 2 and 3, follows what the others hold (R6 to R8).
class ReplicatorTests {
    private static final ProtocolSettings SETTINGS = ProtocolSettings.DEFAULTS;
    private static final long ACK_TIMEOUT = SETTINGS.ackTimeout().toNanos();

    private record Sent(int to, SeqChat message) {}

    private record Read(int forMember, long fromIndex) {}

    /// Terms 1 1 1, then 2 from index 4 on.
    private final History history = new History();

    private final LogTail log = Logs.tail(1 << 20);
    private final List<Sent> sent = new ArrayList<>();
    private final List<Read> reads = new ArrayList<>();
    private final Replicator replicator = new Replicator(
            member(3),
            log,
            SETTINGS,
            (to, message) -> sent.add(new Sent(to.value(), (SeqChat) message)),
            (to, from, bytes) -> reads.add(new Read(to.id().value(), from)));

    ReplicatorTests() {
        history.noop(1, 1);
        history.chat(1, "a");
        history.chat(1, "b");
        history.entries().forEach(log::append);
        log.commit(2);
        replicator.lead(term(2), voters(1, 2, 3), 0);
        add(history.noop(2, 3));
    }

    @Nested
    @DisplayName("R6: an entry may be committed")
    class Commit {
        private final Configuration three = voters(1, 2, 3);

        @Test
        void onceAMajorityHoldsItDurably() {
            assertThat(replicator.committable(three, 4)).isEqualTo(2);
            ack(1, 4);

            assertThat(replicator.committable(three, 4)).isEqualTo(4);
        }

        @Test
        void withoutTheLeadersOwnDiskIfTheOthersSuffice() {
            ack(1, 4);
            assertThat(replicator.committable(three, 3)).isEqualTo(2);
            ack(2, 4);

            assertThat(replicator.committable(three, 3)).isEqualTo(4);
        }

        @Test
        @DisplayName("trap 8: never for being of an earlier term on a majority of disks")
        void notWhileItsTermIsAnEarlierOne() {
            ack(1, 3);
            ack(2, 3);

            assertThat(replicator.committable(three, 4)).isEqualTo(2);
        }

        @Test
        @DisplayName("R7: learners are not counted")
        void notByLearners() {
            Configuration learning = voters(2, 3).withLearner(peer(1));
            replicator.configure(learning);
            ack(1, 4);

            assertThat(replicator.committable(learning, 4)).isEqualTo(2);
            ack(2, 4);
            assertThat(replicator.committable(learning, 4)).isEqualTo(4);
        }

        @Test
        @DisplayName("I16: members in repair are not counted")
        void notByMembersInRepair() {
            replicator.acked(member(1), new SeqAck(term(2), true, 4, false, AckReason.NONE, 4, Term.ZERO, 0), 0);

            assertThat(replicator.committable(three, 4)).isEqualTo(2);
        }

        @Test
        @DisplayName("I16: another store under the id of a voter is not counted")
        void notByAStranger() {
            replicator.acked(member(1, 99), ok(4), 0);

            assertThat(replicator.committable(three, 4)).isEqualTo(2);
            assertThat(replicator.match(member(1, 99))).isZero();
        }

        @Test
        void notBeyondTheLogWhateverIsAcknowledged() {
            ack(1, 99);

            assertThat(replicator.committable(three, 99)).isEqualTo(4);
        }

        @Test
        void isNotTakenBackByAnOldAcknowledgement() {
            ack(1, 4);
            ack(1, 2);

            assertThat(replicator.match(member(1))).isEqualTo(4);
        }

        @Test
        void namesWhoHoldsIt() {
            ack(2, 4);

            assertThat(replicator.holders(4, 4)).containsExactly(node(3), node(2));
            assertThat(replicator.holders(4, 3)).containsExactly(node(2));
        }
    }

    @Nested
    @DisplayName("R8: sending")
    class Sending {
        @Test
        void beginsBehindTheCommitIndexWithOneMessageToEach() {
            replicator.pump(0);
            replicator.pump(0);

            assertThat(sent).hasSize(2);
            SeqChat first = sent.getFirst().message();
            assertThat(first.prevIndex()).isEqualTo(2);
            assertThat(first.prevTerm()).isEqualTo(term(1));
            assertThat(first.prevHash()).isEqualTo(history.hashAt(2));
            assertThat(first.entries()).isEqualTo(history.from(3));
            assertThat(first.commitIndex()).isEqualTo(2);
        }

        @Test
        void isPipelinedOnceAMemberHasConfirmedWhereItStands() {
            confirm(1);
            LogEntry five = add(history.chat(2, "c"));
            replicator.pump(0);
            LogEntry six = add(history.chat(2, "d"));
            replicator.pump(0);

            assertThat(entriesTo(1)).containsExactly(five, six);
        }

        @Test
        void stopsAtTheWindowOfMessages() {
            confirm(1);
            for (int i = 0; i < SETTINGS.windowMessages() + 10; i++) {
                add(history.chat(2, "m" + i));
                replicator.pump(0);
            }

            assertThat(messagesTo(1)).hasSize(SETTINGS.windowMessages());
            replicator.checkInvariants();

            ack(1, 5);
            assertThat(messagesTo(1)).hasSize(SETTINGS.windowMessages() + 1);
            assertThat(messagesTo(1).getLast().entries()).hasSize(10);
        }

        @Test
        void isRepeatedWhenNothingIsAcknowledgedInTime() {
            replicator.pump(0);
            sent.clear();
            replicator.onTime(ACK_TIMEOUT - 1);
            assertThat(sent).isEmpty();

            replicator.onTime(ACK_TIMEOUT);
            assertThat(entriesTo(1)).isEqualTo(history.from(3));
        }

        @Test
        void tellsTheCommitIndexToWhomHasEverything() {
            confirm(1);
            log.commit(4);
            replicator.pump(0);
            replicator.pump(0);

            assertThat(messagesTo(1))
                    .containsExactly(new SeqChat(term(2), node(3), 0, Term.ZERO, history.hashAt(0), 4, List.of()));
        }

        @Test
        void readsTheDiskForAMemberThatIsFarBehind() {
            LogTail small = Logs.tail(0);
            history.entries().forEach(small::append);
            small.commit(4);
            Replicator other = new Replicator(
                    member(3),
                    small,
                    SETTINGS,
                    (to, message) -> sent.add(new Sent(to.value(), (SeqChat) message)),
                    (to, from, bytes) -> reads.add(new Read(to.id().value(), from)));
            other.lead(term(2), voters(1, 3), 0);
            other.pump(0);
            other.acked(member(1), gap(1), 0);
            assertThat(reads).containsExactly(new Read(1, 1));
            sent.clear();
            other.readDone(member(1), history.upTo(3).entries(), 0);

            assertThat(sent.getFirst().message().prevIndex()).isEqualTo(1);
            assertThat(sent.getFirst().message().entries()).containsExactly(history.get(2), history.get(3));
        }
    }

    @Nested
    @DisplayName("R2: a refusal")
    class ARefusal {
        @Test
        void forAGapGoesBackToTheEndOfTheMember() {
            replicator.pump(0);
            sent.clear();
            replicator.acked(member(1), gap(1), 0);

            assertThat(messagesTo(1).getFirst().prevIndex()).isEqualTo(1);
        }

        @Test
        void forAConflictGoesBackByATerm() {
            replicator.pump(0);
            sent.clear();
            replicator.acked(member(1), new SeqAck(term(2), false, 0, true, AckReason.CONFLICT, 9, term(1), 2), 0);

            assertThat(messagesTo(1).getFirst().prevIndex()).isEqualTo(1);
        }

        @Test
        void ofEachMessageBehindAGapIsAnsweredOnce() {
            sendSixAfterFour();
            for (int i = 0; i < 6; i++) {
                refuse(4); // five was overtaken by all others
            }
            assertThat(entriesTo(1)).isEqualTo(history.from(5));

            ack(1, 8);
            refuse(4);
            assertThat(entriesTo(1)).isEqualTo(history.from(5));
        }

        @Test
        @DisplayName("R8: is answered anew when the answer to it may be lost, however often it is repeated")
        void isAnsweredAnewInTime() {
            sendSixAfterFour();
            refuse(4);
            sent.clear();
            replicator.acked(member(1), gap(4), ACK_TIMEOUT - 1);
            assertThat(sent).isEmpty();

            replicator.onTime(ACK_TIMEOUT);
            assertThat(entriesTo(1)).isEqualTo(history.from(5));
        }

        @Test
        void thatAsksForMoreThanTheLastOneGoesBackFurther() {
            replicator.pump(0);
            refuse(1);
            sent.clear();
            refuse(0);

            assertThat(messagesTo(1).getFirst().prevIndex()).isZero();
        }

        @Test
        void isNotSettledByWhatWasConfirmedFromBeforeTheGap() {
            sendSixAfterFour();
            refuse(7);
            ack(1, 5);
            assertThat(entriesTo(1)).isEqualTo(history.from(8));

            ack(1, 7);
            LogEntry eleven = add(history.chat(2, "x"));
            replicator.pump(0);
            assertThat(entriesTo(1)).endsWith(eleven);
        }

        @Test
        void makesTheWindowGrowFromOneMessageAgain() {
            sendSixAfterFour();
            refuse(4);
            sendOneByOne(10);
            assertThat(messagesTo(1)).hasSize(1);

            ack(1, 10);
            assertThat(messagesTo(1)).hasSize(2);
            sendOneByOne(10);
            assertThat(messagesTo(1)).hasSize(3);
        }

        /// Each in a message of its own, to a member that has confirmed all before.
        private void sendSixAfterFour() {
            confirm(1);
            sendOneByOne(6);
            sent.clear();
        }

        private void sendOneByOne(int messages) {
            for (int i = 0; i < messages; i++) {
                add(history.chat(2, "m"));
                replicator.pump(0);
            }
        }

        private void refuse(long last) {
            replicator.acked(member(1), gap(last), 0);
        }

        @Test
        void neverGoesBelowWhatTheMemberHasConfirmed() {
            confirm(1);
            add(history.chat(2, "c"));
            replicator.pump(0);
            sent.clear();
            refuse(0);
            replicator.onTime(ACK_TIMEOUT);

            assertThat(messagesTo(1)).hasSize(1);
            assertThat(messagesTo(1).getFirst().prevIndex()).isEqualTo(4);
        }
    }

    @Nested
    @DisplayName("R7: a new boot of a member")
    class ANewBoot {
        @Test
        void hasToConfirmEverythingAgain() {
            confirm(1);
            replicator.reconnected(member(1), true, 0);

            assertThat(replicator.match(member(1))).isZero();
            assertThat(replicator.committable(voters(1, 2, 3), 4)).isEqualTo(2);
        }

        @Test
        @DisplayName("R8: while a new link of the same boot goes on behind what is confirmed")
        void isNotANewLink() {
            confirm(1);
            add(history.chat(2, "c"));
            replicator.pump(0);
            sent.clear();
            replicator.reconnected(member(1), false, 0);

            assertThat(replicator.match(member(1))).isEqualTo(4);
            assertThat(messagesTo(1).getFirst().prevIndex()).isEqualTo(4);
        }
    }

    @Nested
    class ANewLeadership {
        @Test
        void begins() {
            confirm(1);
            replicator.lead(term(3), voters(1, 2, 3), 0);

            assertThat(replicator.match(member(1))).isZero();
        }
    }

    private LogEntry add(LogEntry entry) {
        log.append(entry);
        return entry;
    }

    private void confirm(int id) {
        replicator.pump(0);
        ack(id, log.lastIndex());
        sent.clear();
    }

    @Nested
    @DisplayName("P2: a member in repair")
    class AMemberInRepair {
        private final Configuration three = voters(1, 2, 3);

        @Test
        @DisplayName("R7: is not counted, whatever it holds")
        void isNotCounted() {
            inRepair(1, 4);

            assertThat(replicator.committable(three, 4)).isEqualTo(2);
        }

        @Test
        @DisplayName("trap 13: must reach the end of the log as it was at the first contact, not the start of the term")
        void mustReachTheEndOfTheLog() {
            add(history.chat(2, "c"));
            add(history.chat(2, "d"));
            inRepair(1, 3);
            add(history.chat(2, "e"));
            inRepair(1, 4);

            assertThat(replicator.repairTarget(member(1))).isEqualTo(6);
            assertThat(replicator.repairTarget(member(2))).isZero();
        }

        @Test
        void getsANewTargetWithANewBoot() {
            inRepair(1, 3);
            add(history.chat(2, "c"));
            replicator.reconnected(member(1), true, 0);
            assertThat(replicator.repairTarget(member(1))).isZero();
            inRepair(1, 3);

            assertThat(replicator.repairTarget(member(1))).isEqualTo(5);
        }

        @Test
        void isBelievedToBeIntactOnlyAtItsTarget() {
            inRepair(1, 2);
            ack(1, 3); // of an earlier boot
            assertThat(replicator.repairTarget(member(1))).isEqualTo(4);
            ack(1, 4);

            assertThat(replicator.repairTarget(member(1))).isZero();
            assertThat(replicator.committable(three, 4)).isEqualTo(4);
        }

        @Test
        void isSentAgainWhatAnEarlierBootHadConfirmed() {
            add(history.chat(2, "c"));
            ack(1, 5);
            sent.clear();
            replicator.acked(member(1), new SeqAck(term(2), false, 0, false, AckReason.GAP, 2, Term.ZERO, 0), 0);

            assertThat(sent).isNotEmpty();
            assertThat(sent.getFirst().message().prevIndex()).isEqualTo(2);
        }

        private void inRepair(int id, long match) {
            replicator.acked(
                    member(id), new SeqAck(term(2), true, match, false, AckReason.NONE, match, Term.ZERO, 0), 0);
        }
    }

    private void ack(int id, long match) {
        replicator.acked(member(id), ok(match), 0);
    }

    private static SeqAck ok(long match) {
        return new SeqAck(term(2), true, match, true, AckReason.NONE, match, Term.ZERO, 0);
    }

    private static SeqAck gap(long last) {
        return new SeqAck(term(2), false, 0, true, AckReason.GAP, last, Term.ZERO, 0);
    }

    private List<SeqChat> messagesTo(int id) {
        return sent.stream().filter(s -> s.to() == id).map(Sent::message).toList();
    }

    private List<LogEntry> entriesTo(int id) {
        return messagesTo(id).stream().flatMap(m -> m.entries().stream()).toList();
    }
}
