package dev.concord.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.protocol.Configuration;
import dev.concord.protocol.Examples;
import dev.concord.protocol.History;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.PeerMessage.Election;
import dev.concord.protocol.PeerMessage.Remove;
import dev.concord.protocol.PeerMessage.RemoveAck;
import dev.concord.protocol.PeerMessage.RemoveStatus;
import dev.concord.protocol.Refusal;
import dev.concord.protocol.Role;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// Members that go (M4, M5).
class RemovalsTests {
    private static final Configuration THREE = Examples.voters(1, 2, 3);

    @Nested
    @DisplayName("M5: the leader")
    class TheLeader {
        private final Rig leader = Rig.startedOn(Rig.founded(THREE, 3), 3, 2);

        @Test
        void removesAMemberAndSaysSoOnceThatIsCommitted() {
            leader.lead(1, 2);
            leader.ack(1, 3);
            leader.forget();
            remove(1);
            answerAndAskAgain(1, 2);
            assertThat(lastConfiguration().removed()).containsExactly(Examples.member(1));
            assertThat(leader.ordered(Effect.AnswerRemoval.class)).isEmpty();

            leader.persist();
            leader.ack(2, 4);
            assertThat(outcome()).isEqualTo(new RemovalResult.Removed(Examples.member(1)));
        }

        @Test
        @DisplayName("M4: hands over before it is removed itself")
        void handsOverBeforeItIsRemovedItself() {
            leader.lead(1, 2);
            leader.ack(1, 3);
            leader.ack(2, 3);
            leader.forget();
            remove(3);

            assertThat(leader.sent(2, Election.class)).hasSize(1);
            assertThat(leader.ordered(Effect.Append.class)).isEmpty();
        }

        @Test
        @DisplayName("M2 d: refuses to remove one whose going would leave no majority in reach")
        void refusesWhatLeavesNoMajority() {
            leader.lead(1); // 2 is dead
            leader.ack(1, 3);
            remove(1);

            assertThat(outcome()).isEqualTo(new RemovalResult.Refused(RemovalResult.Reason.NO_QUORUM));
        }

        @Test
        @DisplayName("M5: waits until a majority of the rest has answered after the order came")
        void waitsForAnswersToWhatItSentAfterTheOrder() {
            leader.lead(1, 2);
            leader.ack(1, 3);
            leader.forget();
            remove(1); // 2 has just died, and nobody knows it yet
            answerAndAskAgain(1);
            assertThat(leader.ordered(Effect.Append.class)).isEmpty();
            assertThat(leader.ordered(Effect.AnswerRemoval.class)).isEmpty();

            for (Duration past = Duration.ZERO;
                    past.compareTo(Rig.SETTINGS.fdTimeout()) < 0;
                    past = past.plus(Rig.SETTINGS.heartbeat())) {
                answerAndAskAgain(1);
            }
            assertThat(leader.ordered(Effect.Append.class)).isEmpty();
            assertThat(outcome()).isEqualTo(new RemovalResult.Refused(RemovalResult.Reason.NO_QUORUM));
        }

        @Test
        void removesADeadMember() {
            leader.lead(1);
            leader.ack(1, 3);
            leader.forget();
            remove(2);
            answerAndAskAgain(1);

            assertThat(lastConfiguration().removed()).containsExactly(Examples.member(2));
        }

        @Test
        @DisplayName("I15: makes one change at a time")
        void makesOneChangeAtATime() {
            leader.lead(1, 2);
            leader.ack(1, 3);
            leader.forget();
            remove(1);
            answerAndAskAgain(1, 2);
            leader.hear(2, new Remove(leader.node.currentTerm(), 7, Examples.member(2)));

            assertThat(leader.ordered(Effect.Append.class)).hasSize(1);
            assertThat(leader.sent(2, RemoveAck.class).getLast().status()).isNotEqualTo(RemoveStatus.REMOVED);
        }

        @Test
        @DisplayName("I17: does not collect orders without end")
        void doesNotCollectOrdersWithoutEnd() {
            leader.lead(1, 2); // nothing of its term is committed: every order waits
            for (int i = 0; i <= Removals.MAX_OPEN; i++) {
                leader.step(new Event.RemovalRequested(i, new NodeId(1)));
            }

            assertThat(leader.ordered(Effect.AnswerRemoval.class)).hasSize(1);
            assertThat(outcome()).isInstanceOf(RemovalResult.Unfinished.class);
        }

        private Configuration lastConfiguration() {
            LogEntry last =
                    leader.ordered(Effect.Append.class).getLast().entries().getLast();
            return last.configuration();
        }

        private void remove(int id) {
            leader.step(new Event.RemovalRequested(1, new NodeId(id)));
        }

        /// Heartbeats go out, these answer, and the orders under way are asked again.
        private void answerAndAskAgain(int... answering) {
            leader.pass(Rig.SETTINGS.heartbeat());
            leader.keepUp(answering);
            leader.pass(Rig.SETTINGS.heartbeat());
        }

        private RemovalResult outcome() {
            return leader.ordered(Effect.AnswerRemoval.class).getLast().result();
        }
    }

    @Nested
    @DisplayName("M5: any other node")
    class AnyNode {
        private final Rig node = Rig.startedOn(Rig.founded(THREE, 3), 1, 2);

        @Test
        void asksTheLeaderOncePerHeartbeatUntilItIsDone() {
            node.linkUp(2, 3);
            node.hear(3, node.heartbeat(3, Role.LEADER, 2));
            node.step(new Event.RemovalRequested(1, new NodeId(2)));
            node.pass(Rig.SETTINGS.heartbeat());
            assertThat(node.sent(3, Remove.class))
                    .hasSize(2)
                    .containsOnly(new Remove(node.node.currentTerm(), 1, Examples.member(2)));

            node.hear(3, ack(1, 2, RemoveStatus.REMOVED));
            assertThat(node.ordered(Effect.AnswerRemoval.class).getLast().result())
                    .isEqualTo(new RemovalResult.Removed(Examples.member(2)));
        }

        @Test
        void saysThatItIsNotDoneWhenTimeIsOver() {
            node.step(new Event.RemovalRequested(1, new NodeId(2)));
            node.pass(Duration.ofNanos(Removals.PATIENCE_NANOS).plusSeconds(1));

            assertThat(node.ordered(Effect.AnswerRemoval.class).getLast().result())
                    .isEqualTo(new RemovalResult.Unfinished("no leader is known here"));
        }

        @Test
        void knowsWhomItDoesNotKnow() {
            node.step(new Event.RemovalRequested(1, new NodeId(9)));

            assertThat(node.ordered(Effect.AnswerRemoval.class).getLast().result())
                    .isEqualTo(new RemovalResult.NotAMember(new NodeId(9)));
        }

        private RemoveAck ack(long request, int target, RemoveStatus status) {
            return new RemoveAck(node.node.currentTerm(), request, Examples.member(target), status);
        }
    }

    @Nested
    @DisplayName("M4: a removed node")
    class ARemovedNode {
        private final Rig removed = Rig.startedOn(Rig.founded(THREE, 3), 1, 2);

        @Test
        void notesItDurablyBeforeItStops() {
            removed.step(new Event.LinkRefused(new NodeId(3), Refusal.REMOVED));
            assertThat(removed.ordered(Effect.WriteMeta.class).getLast().meta().removed())
                    .isTrue();
            removed.pass(Duration.ofSeconds(2));
            assertThat(removed.ordered(Effect.Halt.class))
                    .as("the disk is busy")
                    .isEmpty();

            removed.persist();
            removed.pass(Duration.ofSeconds(1));
            assertThat(removed.ordered(Effect.Halt.class).getLast().reason()).isEqualTo(Effect.HaltReason.REMOVED);
        }

        @Test
        void answersWhoAskedItToGoBeforeItStops() {
            removed.step(new Event.RemovalRequested(1, new NodeId(1)));
            removed.hear(3, new RemoveAck(removed.node.currentTerm(), 0, Examples.member(1), RemoveStatus.REMOVED));

            assertThat(removed.ordered(Effect.AnswerRemoval.class).getLast().result())
                    .isEqualTo(new RemovalResult.Removed(Examples.member(1)));
            assertThat(removed.ordered(Effect.Halt.class)).isEmpty();
        }

        @Test
        @DisplayName("trap 28: does not take the removal of another store under its number for its own")
        void isNotTheOldStoreOfItsNumber() {
            removed.hear(3, new RemoveAck(removed.node.currentTerm(), 0, Examples.member(1, 99), RemoveStatus.REMOVED));
            removed.persist();
            removed.pass(Duration.ofSeconds(2));

            assertThat(removed.ordered(Effect.Halt.class)).isEmpty();
        }
    }

    @Nested
    @DisplayName("M4: a member that knows of a removal")
    class AMember {
        @Test
        void turnsTheRemovedAwayAndTellsThemWhateverTheySay() {
            Rig member = Rig.startedOn(withoutOne(), 2, 3);
            member.step(new Event.HelloReceived(1, member.hello(1)));
            assertThat(refusals(member)).containsExactly(Refusal.REMOVED);

            member.hear(1, member.heartbeat(1, Role.FOLLOWER, 0));
            assertThat(member.sent(1, RemoveAck.class).getLast())
                    .isEqualTo(new RemoveAck(member.node.currentTerm(), 0, Examples.member(1), RemoveStatus.REMOVED));
        }

        @Test
        @DisplayName("trap 28: turns nobody away for a removal that may be rewound")
        void turnsNobodyAwayForAnUncommittedRemoval() {
            Rig member = Rig.startedOn(withoutOne(), 2, 2);
            member.step(new Event.HelloReceived(1, member.hello(1)));

            assertThat(refusals(member)).containsOnlyNulls();
        }

        @Test
        @DisplayName("trap 28: does not take absence for removal")
        void doesNotTakeAbsenceForRemoval() {
            Rig member = Rig.startedOn(Rig.founded(THREE, 3), 2, 2);
            member.step(new Event.HelloReceived(1, member.hello(4)));

            assertThat(refusals(member)).containsOnlyNulls();
        }

        private static History withoutOne() {
            History history = Rig.founded(THREE, 3);
            history.config(1, THREE.without(Examples.member(1)));
            return history;
        }

        private static List<Refusal> refusals(Rig rig) {
            return rig.ordered(Effect.AnswerHello.class).stream()
                    .map(Effect.AnswerHello::refusal)
                    .toList();
        }
    }
}
