package dev.concord.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.protocol.ChatBody;
import dev.concord.protocol.Examples;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.PeerMessage;
import dev.concord.protocol.PeerMessage.Chat;
import dev.concord.protocol.PeerMessage.ChatAck;
import dev.concord.protocol.PeerMessage.ChatStatus;
import dev.concord.protocol.PeerMessage.Coordinator;
import dev.concord.protocol.PeerMessage.Election;
import dev.concord.protocol.PeerMessage.ElectionReason;
import dev.concord.protocol.PeerMessage.Join;
import dev.concord.protocol.PeerMessage.JoinAck;
import dev.concord.protocol.PeerMessage.JoinStatus;
import dev.concord.protocol.Role;
import dev.concord.protocol.Term;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// Node 3 leads the voters 1, 2 and 3.
class LeadingTests {
    private final Rig leader = Rig.startedOn(Rig.founded(Examples.voters(1, 2, 3), 3), 3, 2);

    @Nested
    @DisplayName("E11: a leader begins")
    class Beginning {
        @Test
        void withANoOpOfItsTermAndTellsEverybody() {
            leader.lead(1, 2);

            LogEntry first =
                    leader.ordered(Effect.Append.class).getLast().entries().getFirst();
            assertThat(first.kind()).isEqualTo(LogEntry.Kind.NOOP);
            assertThat(first.term()).isEqualTo(leader.node.currentTerm());
            assertThat(leader.sent(1, Coordinator.class)).hasSize(1);
            assertThat(leader.sent(2, Coordinator.class)).hasSize(1);
        }

        @Test
        @DisplayName("R6: and has committed nothing of its term before a majority holds it")
        void withoutACommit() {
            leader.lead(1, 2);
            assertThat(leader.node.commitIndex()).isEqualTo(2);

            leader.ack(1, 3);
            assertThat(leader.node.commitIndex()).isEqualTo(3);
        }
    }

    @Nested
    @DisplayName("R1: a message")
    class AMessage {
        @Test
        @DisplayName("S3: is not answered before a majority has it on disk, this node by its durable end only")
        void waitsForTheLeadersOwnDiskToo() {
            leader.lead(1, 2);
            leader.ack(1, 3);
            leader.submit("a");
            assertThat(leader.answers()).isEmpty();

            leader.ack(1, 4); // one of three, as long as the own disk is busy
            assertThat(leader.answers()).isEmpty();
            leader.persist();
            assertThat(leader.answers())
                    .hasOnlyElementsOfType(SubmitResult.Committed.class)
                    .hasSize(1);
        }

        @Test
        @DisplayName("E14: is of unknown fate when the leader is deposed")
        void isOfUnknownFateWhenTheLeaderIsDeposed() {
            leader.lead(1, 2);
            chat(1, "a");
            leader.hear(
                    2,
                    new Coordinator(
                            leader.node.currentTerm().next(),
                            new NodeId(2),
                            Examples.peer(2).address(),
                            4,
                            4));

            ChatAck answer = leader.sent(1, ChatAck.class).getLast();
            assertThat(answer.results().getFirst().status()).isEqualTo(ChatStatus.UNKNOWN);
        }

        @Test
        @DisplayName("G5: is refused without a quorum in reach")
        void isRefusedWithoutAQuorum() {
            leader.lead(1, 2);
            leader.sleep(Rig.SETTINGS.fdTimeout().dividedBy(2));
            leader.pass(Rig.SETTINGS.fdTimeout().dividedBy(2).plusMillis(1));
            leader.forget();
            chat(1, "a");

            assertThat(leader.sent(1, ChatAck.class)
                            .getLast()
                            .results()
                            .getFirst()
                            .status())
                    .isEqualTo(ChatStatus.NOT_LEADER);
        }
    }

    @Test
    @DisplayName("P1: a late acknowledgement of the boot before does not make a member in repair count")
    void lateAcknowledgementOfTheBootBeforeDoesNotMakeAMemberInRepairCount() {
        leader.lead(1, 2);
        leader.step(new Event.LinksClosed(Examples.member(1), Examples.boot(1)));
        leader.step(new Event.HelloReceived(1, leader.hello(Examples.member(1), Examples.boot(11))));
        acknowledge(11, false);
        acknowledge(1, true);
        assertThat(leader.node.commitIndex()).isLessThan(3);

        acknowledge(11, true);
        assertThat(leader.node.commitIndex()).isEqualTo(3);
    }

    private void acknowledge(int boot, boolean intact) {
        leader.step(new Event.Received(Examples.member(1), Examples.boot(boot), acknowledgement(3, intact)));
    }

    private PeerMessage.SeqAck acknowledgement(long index, boolean intact) {
        return new PeerMessage.SeqAck(
                leader.node.currentTerm(), true, index, intact, PeerMessage.AckReason.NONE, index, Term.ZERO, 0);
    }

    @Nested
    @DisplayName("E12: a leader that reaches no majority")
    class Alone {
        @Test
        void stepsDownAfterTheLeaderTimeout() {
            leader.lead(1, 2);
            leader.pass(Rig.SETTINGS.leaderTimeout().multipliedBy(3));

            assertThat(leader.status().role()).isNotEqualTo(Role.LEADER);
            assertThat(leader.ordered(Effect.Announce.class))
                    .anyMatch(a -> a.announcement().action() == EventAction.LEADER_STEPPED_DOWN);
        }
    }

    @Nested
    @DisplayName("F5: a leader whose disk hangs")
    class SlowDisk {
        @Test
        @DisplayName("trap 19: steps down although its loop runs and its links are up")
        void stepsDown() {
            leader.lead(1, 2);
            leader.ack(1, 3);
            leader.submit("a"); // and the disk never says that it is done
            for (int i = 0; i < 40 && leader.status().role() == Role.LEADER; i++) {
                leader.keepUp(1, 2);
                leader.pass(Rig.SETTINGS.heartbeat());
            }

            assertThat(leader.status().role()).isNotEqualTo(Role.LEADER);
        }
    }

    @Nested
    @DisplayName("M2: a node that wants to join")
    class AJoin {
        @Test
        @DisplayName("trap 10: waits until an entry of the leader's term is committed")
        void waitsForAnEntryOfTheTerm() {
            leader.lead(1, 2);
            leader.forget();
            join(4);
            assertThat(configurations()).isEmpty();
            assertThat(leader.sent(4, JoinAck.class).getLast().status()).isEqualTo(JoinStatus.PENDING);

            leader.ack(1, 3);
            join(4);
            assertThat(configurations()).hasSize(1);
            assertThat(configurations().getFirst().configuration().isLearner(Examples.member(4)))
                    .isTrue();
        }

        @Test
        @DisplayName("I15: waits while another change is not committed")
        void waitsForTheChangeBeforeIt() {
            leader.lead(1, 2);
            leader.ack(1, 3);
            leader.forget();
            join(4);
            join(5);

            assertThat(configurations()).hasSize(1);
        }

        @Test
        @DisplayName("M3: under the number of a living node is rejected")
        void isRejectedUnderTheNumberOfALivingNode() {
            leader.lead(1, 2);
            leader.ack(1, 3);
            leader.step(new Event.Received(
                    Examples.member(2, 22),
                    Examples.boot(22),
                    new Join(leader.node.currentTerm(), Examples.peer(Examples.member(2, 22)), null)));

            assertThat(leader.sent(2, JoinAck.class).getLast().reason()).isEqualTo("DUPLICATE_NODE_ID");
        }
    }

    @Test
    @DisplayName("M2: a learner that has everything becomes a voter when its link is back, however long that took")
    void learnerThatHasEverythingBecomesAVoterWhenItsLinkIsBack() {
        leader.lead(1, 2);
        leader.ack(1, 3);
        leader.linkUp(4);
        leader.hear(4, new Join(leader.node.currentTerm(), Examples.peer(4), null));
        leader.ack(4, 4);
        for (long beats = Rig.SETTINGS.leaderTimeout().dividedBy(Rig.SETTINGS.heartbeat()); beats >= 0; beats--) {
            leader.keepUp(1, 2); // the learner is silent for longer than a leader may be
            leader.pass(Rig.SETTINGS.heartbeat());
        }
        leader.ack(1, 4);
        leader.persist();
        assertThat(leader.status().voters()).isEqualTo(3);

        leader.keepUp(1, 2, 4);
        leader.pass(Rig.SETTINGS.heartbeat());
        assertThat(leader.status().voters()).isEqualTo(4);
    }

    @Nested
    @DisplayName("E13: a handover")
    class AHandover {
        @Test
        void asksTheHeirOnceItHasEverythingAndTakesNoMessagesMeanwhile() {
            leader.lead(1, 2);
            leader.ack(1, 3);
            leader.pass(Rig.SETTINGS.heartbeat());
            leader.ack(2, 3);
            leader.keepUp(1, 2);
            leader.submit("a");
            leader.persist();
            leader.ack(1, 4); // committed, but 2 does not have it
            leader.step(new Event.HandoverRequested(1, new NodeId(2)));
            assertThat(leader.sent(2, Election.class)).isEmpty();
            leader.forget();
            chat(1, "b");
            assertThat(leader.ordered(Effect.Append.class)).isEmpty();

            leader.ack(2, 4);
            assertThat(leader.sent(2, Election.class))
                    .containsExactly(new Election(leader.node.currentTerm(), 0, ElectionReason.HANDOVER));
        }

        @Test
        void thatFailsLeavesTheLeaderInOffice() {
            leader.lead(1, 2);
            leader.ack(1, 3);
            leader.step(new Event.HandoverRequested(1, new NodeId(2)));
            for (int i = 0; i < 10; i++) {
                leader.keepUp(1, 2);
                leader.pass(Rig.SETTINGS.heartbeat());
            }

            assertThat(leader.status().role()).isEqualTo(Role.LEADER);
            assertThat(leader.ordered(Effect.AnswerHandover.class).getLast().failure())
                    .contains("did not take over");
        }
    }

    private List<LogEntry> configurations() {
        return leader.ordered(Effect.Append.class).stream()
                .flatMap(a -> a.entries().stream())
                .filter(e -> e.kind() == LogEntry.Kind.CONFIG)
                .toList();
    }

    private void join(int id) {
        leader.hear(id, new Join(leader.node.currentTerm(), Examples.peer(id), null));
    }

    private void chat(int from, String key) {
        ChatBody body = Examples.body(key);
        leader.hear(from, new Chat(leader.node.currentTerm(), 1, 1, -1, List.of(body)));
    }
}
