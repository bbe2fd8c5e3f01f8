package dev.concord.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.concord.protocol.Examples;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.PeerMessage.Chat;
import dev.concord.protocol.PeerMessage.ChatAck;
import dev.concord.protocol.PeerMessage.ChatResult;
import dev.concord.protocol.PeerMessage.ChatStatus;
import dev.concord.protocol.Role;
import dev.concord.protocol.Term;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// Clients talk to node 1, which follows node 3.
class IngressTests {
    private final Rig ingress = Rig.startedOn(Rig.founded(Examples.voters(1, 2, 3), 3), 1, 2);

    @Nested
    @DisplayName("X1: a message")
    class AMessage {
        @Test
        void goesToTheLeader() {
            follow(3);
            ingress.submit("a");

            assertThat(chats(3))
                    .singleElement()
                    .satisfies(c -> assertThat(c.bodies()).containsExactly(Examples.body("a")));
        }

        @Test
        void sharesItsFrameWithSoManyOthersAndNoMore() {
            ingress.linkUp(2, 3);
            for (int i = 0; i <= Ingress.MAX_FRAME_MESSAGES; i++) {
                ingress.submit("m" + i);
            }
            follow(3);

            assertThat(chats(3))
                    .extracting(chat -> chat.bodies().size())
                    .containsExactly(Ingress.MAX_FRAME_MESSAGES, 1);
        }

        @Test
        void waitsForALeader() {
            ingress.linkUp(2, 3);
            ingress.submit("a");
            assertThat(chats(3)).isEmpty();

            follow(3);
            assertThat(chats(3)).hasSize(1);
        }

        @Test
        void thatWasNeverSentSurelyWasNotAppended() {
            ingress.submit("a");
            ingress.pass(Rig.SETTINGS.submitTimeout().plus(Rig.SETTINGS.heartbeat()));

            assertThat(ingress.answers()).singleElement().isInstanceOf(SubmitResult.NotAppended.class);
        }

        @Test
        @DisplayName("X1: is not settled by a late answer to an earlier boot, whose streams had other numbers")
        void isNotSettledByALateAnswerToAnEarlierBoot() {
            follow(3);
            ingress.submit("a");
            Chat sent = chats(3).getLast();
            for (long early = 1; early <= 3; early++) {
                result(3, new Chat(sent.term(), early, 1, -1, sent.bodies()), ChatStatus.KEY_REUSED);
            }
            assertThat(ingress.answers()).isEmpty();

            result(3, sent, ChatStatus.KEY_REUSED);
            assertThat(ingress.answers()).containsExactly(new SubmitResult.KeyReused());
        }

        @Test
        void thatWasSentAndNotAnsweredIsOfUnknownFate() {
            follow(3);
            ingress.submit("a");
            ingress.pass(Rig.SETTINGS.submitTimeout().plus(Rig.SETTINGS.heartbeat()));

            assertThat(ingress.answers()).containsExactly(new SubmitResult.Unknown());
        }

        @Test
        @DisplayName("trap 18: goes to the next leader under the same key when this one is deposed")
        void goesToTheNextLeaderUnderTheSameKey() {
            follow(3);
            ingress.submit("a");
            result(3, chats(3).getLast(), ChatStatus.UNKNOWN);
            ingress.hear(2, Rig.leading(ingress.heartbeat(2, Role.LEADER, 2), new Term(2)));
            ingress.pass(Duration.ofMillis(50));

            assertThat(chats(2).getLast().bodies()).containsExactly(Examples.body("a"));
            assertThat(ingress.answers()).isEmpty();
        }

        @Test
        @DisplayName(
                "M1: that an earlier leader may have appended is of unknown fate at one that finds the cluster forming")
        void isOfUnknownFateWhereAnEarlierLeaderMayHaveAppendedIt() {
            follow(3);
            ingress.submit("a");
            result(3, chats(3).getLast(), ChatStatus.UNKNOWN);
            ingress.pass(Duration.ofMillis(50));
            result(3, chats(3).getLast(), ChatStatus.FORMING);

            assertThat(ingress.answers()).containsExactly(new SubmitResult.Unknown());
        }

        @Test
        @DisplayName("X1: is acknowledged only once this node has applied it")
        void isAcknowledgedOnceItIsAppliedHere() {
            follow(3);
            ingress.submit("a");
            result(3, chats(3).getLast(), ChatStatus.COMMITTED);

            assertThat(ingress.answers()).isEmpty();
        }
    }

    @Nested
    @DisplayName("X6: more messages than may wait")
    class TooMany {
        @Test
        void areRefusedAtOnce() {
            for (int i = 0; i <= Rig.SETTINGS.maxPending(); i++) {
                ingress.submit("m" + i);
            }

            assertThat(ingress.answers()).singleElement().satisfies(a -> isRefused(a, SubmitResult.Reason.OVERLOADED));
        }
    }

    @Test
    @DisplayName("X6: what follows a message that the leader is too busy for was surely not appended either")
    void whatFollowsARefusedMessageWasNotAppended() {
        follow(3);
        ingress.submit("a");
        ingress.submit("b");
        assertThat(chats(3)).hasSize(2);
        busyUntilAnswered();

        assertThat(ingress.answers()).hasSize(2).allSatisfy(a -> isRefused(a, SubmitResult.Reason.OVERLOADED));
    }

    @Test
    @DisplayName("X1: a message that the leader is too busy for is not tried once more when its time is nearly over")
    void isNotTriedOnceMoreWhenItsTimeIsNearlyOver() {
        follow(3);
        ingress.submit("a");
        long end = ingress.now().nanos() + Rig.SETTINGS.submitTimeout().toNanos();
        busyUntilAnswered();
        int tries = chats(3).size();
        long left = end - ingress.now().nanos();

        assertThat(ingress.answers()).singleElement().satisfies(a -> isRefused(a, SubmitResult.Reason.OVERLOADED));
        assertThat(Duration.ofNanos(left))
                .isBetween(
                        Rig.SETTINGS.submitTimeout().dividedBy(20).minusMillis(50),
                        Rig.SETTINGS.submitTimeout().dividedBy(20));
        ingress.pass(Rig.SETTINGS.heartbeat());
        assertThat(chats(3)).hasSize(tries);
    }

    /// The leader is too busy for the first frame of each try; the others are not answered.
    private void busyUntilAnswered() {
        for (int answered = 0; ingress.answers().isEmpty(); ingress.pass(Duration.ofMillis(10))) {
            follow(3);
            if (chats(3).size() > answered) {
                result(3, chats(3).get(answered), ChatStatus.BUSY);
                answered = chats(3).size();
            }
        }
    }

    @Test
    @DisplayName("X1: one that may be in the log already is tried to the end")
    void thatMayBeInTheLogIsTriedToTheEnd() {
        follow(3);
        ingress.submit("a");
        long end = ingress.now().nanos() + Rig.SETTINGS.submitTimeout().toNanos();
        result(3, chats(3).getLast(), ChatStatus.UNKNOWN);
        ingress.pass(Duration.ofMillis(50));
        busyUntilAnswered();

        assertThat(ingress.now().nanos()).isGreaterThanOrEqualTo(end);
        assertThat(ingress.answers()).containsExactly(new SubmitResult.Unknown());
    }

    @Test
    @DisplayName(
            "X2: what a session sent behind a message of unknown fate ends with it, also where the cluster is forming")
    void whatASessionSentBehindAMessageOfUnknownFateEndsWithIt() {
        follow(3);
        ingress.step(new Event.Submitted(List.of(inOneSession(1, "a"), inOneSession(2, "b"))));
        result(3, chats(3).getLast(), ChatStatus.UNKNOWN);
        ingress.pass(Duration.ofMillis(50));
        result(3, chats(3).getLast(), ChatStatus.FORMING);

        assertThat(ingress.answers()).containsExactly(new SubmitResult.Unknown(), new SubmitResult.Unknown());
        ingress.forget();
        ingress.hear(2, Rig.leading(ingress.heartbeat(2, Role.LEADER, 2), new Term(2)));
        ingress.pass(Duration.ofMillis(50));
        assertThat(chats(2)).isEmpty();
    }

    private Submission inOneSession(long request, String key) {
        long deadline = ingress.now().nanos() + Rig.SETTINGS.submitTimeout().toNanos();
        return new Submission(request, 1, Examples.body(key), deadline, -1);
    }

    @Test
    @DisplayName("X2, C2: what came behind a passed-on message that is given up does not overtake it")
    void whatCameBehindAPassedOnMessageThatIsGivenUpDoesNotOvertakeIt() {
        follow(3);
        relay(1, "a");
        assertThat(chats(3)).hasSize(1);
        Duration later = Rig.SETTINGS.leaderTimeout().dividedBy(2);
        ingress.pass(later);
        relay(2, "b");
        ingress.pass(Rig.SETTINGS.submitTimeout().minus(later).plus(Rig.SETTINGS.heartbeat()));

        assertThat(ingress.sent(2, ChatAck.class))
                .flatExtracting(ChatAck::results)
                .extracting(ChatResult::first, ChatResult::status)
                .contains(tuple(1L, ChatStatus.UNKNOWN))
                .anySatisfy(result -> assertThat(result.toList().getFirst()).isEqualTo(2L));
        ingress.forget();
        ingress.hear(3, Rig.leading(ingress.heartbeat(3, Role.LEADER, 2), new Term(2)));
        relay(3, "c");
        ingress.pass(Duration.ofMillis(50));
        assertThat(chats(3)).isEmpty();
    }

    /// Node 2 does not hear the leader, and sends the next message of its stream through this node.
    private void relay(long number, String key) {
        ingress.hear(2, new Chat(ingress.node.currentTerm(), 7, number, -1, List.of(Examples.body(key))));
    }

    @Test
    @DisplayName("X1: a stopping node takes nothing")
    void stoppingNodeTakesNothing() {
        ingress.step(new Event.StopRequested());
        ingress.submit("a");

        assertThat(ingress.answers()).singleElement().satisfies(a -> isRefused(a, SubmitResult.Reason.STOPPING));
    }

    private static void isRefused(SubmitResult result, SubmitResult.Reason reason) {
        assertThat(result)
                .isInstanceOfSatisfying(
                        SubmitResult.NotAppended.class,
                        no -> assertThat(no.reason()).isEqualTo(reason));
    }

    private void follow(int leader) {
        ingress.hear(leader, ingress.heartbeat(leader, Role.LEADER, 2));
    }

    private List<Chat> chats(int to) {
        return ingress.sent(to, Chat.class);
    }

    private void result(int from, Chat chat, ChatStatus status) {
        boolean placed = status == ChatStatus.COMMITTED;
        ingress.hear(
                from,
                new ChatAck(
                        ingress.node.currentTerm(),
                        chat.stream(),
                        List.of(new ChatResult(
                                chat.first(),
                                1,
                                status,
                                placed ? 1 : 0,
                                placed ? 3 : 0,
                                ingress.node.currentTerm(),
                                List.of(new NodeId(3))))));
    }
}
