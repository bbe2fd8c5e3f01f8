package dev.concord.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.protocol.Examples;
import dev.concord.protocol.History;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.LogPosition;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.PeerMessage.AckReason;
import dev.concord.protocol.PeerMessage.CatchupMode;
import dev.concord.protocol.PeerMessage.CatchupReq;
import dev.concord.protocol.PeerMessage.CatchupResp;
import dev.concord.protocol.PeerMessage.CatchupStatus;
import dev.concord.protocol.PeerMessage.Claim;
import dev.concord.protocol.PeerMessage.ElectionOk;
import dev.concord.protocol.PeerMessage.Promise;
import dev.concord.protocol.PeerMessage.SeqAck;
import dev.concord.protocol.PeerMessage.SeqChat;
import dev.concord.protocol.PeerMessage.Verdict;
import dev.concord.protocol.Role;
import dev.concord.protocol.Term;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// Node 1 follows node 3 in term 1; its log holds a configuration of 1, 2, 3 and the no-op of 3.
class FollowingTests {
    private final History history = Rig.founded(Examples.voters(1, 2, 3), 3);
    private final Rig follower = Rig.startedOn(history.upTo(2), 1, 2);

    @Nested
    @DisplayName("R4: an acknowledgement")
    class AnAcknowledgement {
        @Test
        @DisplayName("I13: waits until the entries are durable")
        void waitsForTheDisk() {
            LogEntry entry = history.chat(1, "a");
            replicate(2, entry);
            assertThat(acks()).isEmpty();

            follower.persist();
            assertThat(acks()).extracting(SeqAck::matchIndex).containsExactly(3L);
        }

        @Test
        @DisplayName("I14, trap 4: is withheld once a later term is promised, also for a write under way")
        void isWithheldAfterAPromise() {
            replicate(2, history.chat(1, "a"));
            follower.sleep(Rig.SETTINGS.leaderTimeout());
            follower.hear(2, new Claim(new Term(2), new Term(2), false, NodeId.NONE, Term.ZERO));
            follower.persist();

            assertThat(follower.sent(2, Promise.class).getLast().granted()).isTrue();
            assertThat(follower.sent(2, Promise.class).getLast().last()).isEqualTo(new LogPosition(new Term(1), 3));
            assertThat(acks()).isEmpty();
        }

        @Test
        @DisplayName("R2: says where the log ends when entries are missing")
        void saysWhereTheLogEnds() {
            history.chat(1, "a");
            replicate(3, history.chat(1, "b"));

            assertThat(acks()).extracting(SeqAck::reason).containsExactly(AckReason.GAP);
            assertThat(acks()).extracting(SeqAck::lastIndex).containsExactly(2L);
        }
    }

    @Nested
    @DisplayName("F2: the report")
    class TheReport {
        @Test
        void namesNoLeaderThatHasFallenSilent() {
            follower.linkUp(3);
            follower.hear(3, follower.heartbeat(3, Role.LEADER, 0));
            assertThat(reported(3).role()).isEqualTo(Role.LEADER);

            follower.sleep(Rig.SETTINGS.fdTimeout().multipliedBy(2));

            assertThat(reported(3).alive()).isFalse();
            assertThat(reported(3).role()).isEqualTo(Role.FOLLOWER);
            assertThat(reported(3).rttNanos()).isNegative();
        }

        private NodeStatus.MemberStatus reported(int id) {
            return follower.status().members().stream()
                    .filter(member -> member.member().id().value() == id)
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Nested
    @DisplayName("R5: the commit index")
    class TheCommitIndex {
        @Test
        @DisplayName("trap 6: does not go beyond what was verified in this term")
        void staysWithinWhatWasVerified() {
            LogEntry a = history.chat(1, "a");
            history.chat(1, "b");
            follower.hear(3, follower.heartbeat(3, Role.LEADER, 4));
            assertThat(follower.node.commitIndex()).isEqualTo(2);

            replicate(2, a);
            follower.hear(3, follower.heartbeat(3, Role.LEADER, 4));
            assertThat(follower.node.commitIndex()).isEqualTo(3);
        }
    }

    @Nested
    @DisplayName("E15: a message of a leader")
    class ALeadersMessage {
        @Test
        void ofALowerTermIsAnsweredWithTheOwnTerm() {
            follower.sleep(Rig.SETTINGS.leaderTimeout());
            follower.hear(2, new Claim(new Term(5), new Term(5), false, NodeId.NONE, Term.ZERO));
            follower.persist();
            replicate(2, history.chat(1, "a"));

            assertThat(acks().getLast().reason()).isEqualTo(AckReason.STALE_TERM);
            assertThat(acks().getLast().term()).isEqualTo(new Term(5));
        }

        @Test
        @DisplayName("I1: of a second leader in one term stops the node")
        void ofASecondLeaderInTheTermStopsTheNode() {
            follower.hear(3, follower.heartbeat(3, Role.LEADER, 2));
            follower.hear(2, follower.heartbeat(2, Role.LEADER, 2));

            assertThat(follower.ordered(Effect.Halt.class).getLast().reason())
                    .isEqualTo(Effect.HaltReason.INVARIANT_BROKEN);
        }
    }

    @Nested
    @DisplayName("C2: a node that cannot hear the leader, but somebody who does")
    class Relayed {
        @Test
        @DisplayName("C1, trap 16: adopts the sender's term before it takes entries, and acknowledges nothing")
        void adoptsTheTermOfRelayedEntries() {
            follower.linkUp(2);
            follower.pass(Rig.SETTINGS.leaderTimeout());
            follower.hear(
                    2,
                    new ElectionOk(
                            new Term(4),
                            1,
                            Verdict.LEADER_ALIVE,
                            new NodeId(3),
                            Examples.peer(3).address()));
            CatchupReq asked = follower.sent(2, CatchupReq.class).getLast();
            assertThat(asked.mode()).isEqualTo(CatchupMode.COMMITTED);
            LogEntry entry = history.noop(4, 3);
            follower.hear(
                    2,
                    new CatchupResp(
                            new Term(4),
                            CatchupMode.COMMITTED,
                            asked.requestId(),
                            CatchupStatus.OK,
                            3,
                            3,
                            false,
                            1,
                            List.of(entry)));

            assertThat(follower.node.currentTerm()).isEqualTo(new Term(4));
            assertThat(follower.node.commitIndex()).isEqualTo(3);
            follower.persist();
            assertThat(acks()).isEmpty();
        }
    }

    @Test
    @DisplayName("F6, trap 20: after a pause the election timer runs in full before a leader is suspected")
    void waitsInFullAfterAPause() {
        follower.hear(3, follower.heartbeat(3, Role.LEADER, 2));
        follower.sleep(Duration.ofSeconds(60));
        follower.step(new Event.TimePassed());
        follower.pass(Rig.SETTINGS.leaderTimeout().minusMillis(2));
        assertThat(follower.status().electionsStarted()).isZero();

        follower.pass(Duration.ofMillis(10));
        assertThat(follower.status().electionsStarted()).isEqualTo(1);
    }

    private void replicate(long prev, LogEntry... entries) {
        follower.hear(
                3,
                new SeqChat(
                        new Term(1),
                        new NodeId(3),
                        prev,
                        history.termAt(prev),
                        history.hashAt(prev),
                        2,
                        List.of(entries)));
    }

    private List<SeqAck> acks() {
        return follower.sent(3, SeqAck.class);
    }
}
