package dev.concord.election;

import static dev.concord.protocol.Examples.member;
import static dev.concord.protocol.Examples.node;
import static dev.concord.protocol.Examples.term;
import static dev.concord.protocol.Examples.voters;
import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.protocol.PeerMessage.Claim;
import dev.concord.protocol.PeerMessage.Election;
import dev.concord.protocol.PeerMessage.ElectionOk;
import dev.concord.protocol.PeerMessage.ElectionReason;
import dev.concord.protocol.PeerMessage.PromiseReason;
import dev.concord.protocol.PeerMessage.Verdict;
import dev.concord.protocol.Role;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// How node 3 finds out whether it is its turn (E1 to E5).
class BullyElectionTests extends ElectionTest {
    @Nested
    @DisplayName("E1, E3: the election timer")
    class TheTimer {
        @Test
        void isWaitedForInFullAfterAStart() {
            passTo(LEADER_TIMEOUT - 1);
            assertThat(election.role()).isEqualTo(Role.FOLLOWER);

            passTo(LEADER_TIMEOUT);
            assertThat(election.role()).isEqualTo(Role.ELECTING);
        }

        @Test
        void startsAnewWithEveryContactOfTheLeader() {
            passTo(LEADER_TIMEOUT - 1);
            election.leaderHeard(now);

            passTo(2 * LEADER_TIMEOUT - 2);
            assertThat(election.role()).isEqualTo(Role.FOLLOWER);
        }

        @Test
        void asksNobodyWhileALeaderIsHeard() {
            node.hearsLeader = true;
            passTo(LEADER_TIMEOUT);

            assertThat(node.takeSent()).isEmpty();
        }

        @Test
        void asksNobodyWhereThisNodeHasNoVote() {
            node.configuration = voters(1, 2, 4, 5);
            passTo(LEADER_TIMEOUT);

            assertThat(node.takeSent()).isEmpty();
            assertThat(election.role()).isEqualTo(Role.FOLLOWER);
        }

        @Test
        @DisplayName("F4: is not waited for when the leader's connections are refused")
        void isCutShortWhenTheLeaderIsGoneForCertain() {
            election.hurry(10);
            passTo(10);

            assertThat(election.role()).isEqualTo(Role.ELECTING);
        }
    }

    @Nested
    @DisplayName("E3: a suspicion")
    class ASuspicion {
        @Test
        void isToldToTheHigherVotersOnly() {
            suspect();

            assertThat(node.takeSent())
                    .containsExactly(
                            new RecordingNode.Sent(4, new Election(term(7), 1, ElectionReason.SUSPECT)),
                            new RecordingNode.Sent(5, new Election(term(7), 1, ElectionReason.SUSPECT)));
        }

        @Test
        void changesNoTerm() {
            suspect();

            assertThat(node.term).isEqualTo(term(7));
        }

        @Test
        void isNotToldToThoseWhoseConnectionsAreRefused() {
            node.unreachable.add(node(5));
            suspect();

            assertThat(node.takeSent()).extracting(RecordingNode.Sent::to).containsExactly(4);
        }

        @Test
        void leadsToAProbeAtOnceWhenNobodyAboveCanAnswer() {
            node.unreachable.add(node(4));
            node.unreachable.add(node(5));
            suspect();

            assertThat(claims()).hasSize(4).allMatch(Claim::probe);
        }

        @Test
        void leadsToAProbeWhenNobodyAboveAnswersInTime() {
            suspect();
            passBy(OK_TIMEOUT);

            assertThat(election.role()).isEqualTo(Role.CLAIMING);
        }

        @Test
        @DisplayName("trap 1: a higher id that cannot lead says so and blocks nobody")
        void leadsToAProbeWhenNobodyAboveIsAble() {
            suspect();
            answer(4, Verdict.UNABLE);
            assertThat(election.role()).isEqualTo(Role.ELECTING);
            answer(5, Verdict.UNABLE);

            assertThat(election.role()).isEqualTo(Role.CLAIMING);
        }

        @Test
        void leadsToAProbeWhenTheLastThatCouldAnswerIsGone() {
            suspect();
            answer(4, Verdict.UNABLE);
            election.unreachable(node(5), now);

            assertThat(election.role()).isEqualTo(Role.CLAIMING);
        }

        @Test
        @DisplayName("E2: waits when this node cannot lead itself")
        void leadsNowhereWhenThisNodeIsNotAble() {
            node.able = false;
            suspect();
            passBy(OK_TIMEOUT);

            assertThat(election.role()).isEqualTo(Role.FOLLOWER);
            assertThat(claims()).isEmpty();
            passBy(OK_TIMEOUT);
            assertThat(election.role()).isEqualTo(Role.ELECTING);
        }

        @Test
        void isNotAnsweredByAnEarlierRound() {
            suspect();
            election.answered(member(4), ok(0, Verdict.LEADER_ALIVE, 5), now);

            assertThat(election.role()).isEqualTo(Role.ELECTING);
        }
    }

    @Nested
    @DisplayName("E5: a higher id that takes over")
    class TakingOver {
        @Test
        void isWaitedFor() {
            suspect();
            answer(5, Verdict.TAKING_OVER);

            assertThat(election.role()).isEqualTo(Role.FOLLOWER);
            passBy(COORDINATOR_TIMEOUT - 1);
            assertThat(election.role()).isEqualTo(Role.FOLLOWER);
        }

        @Test
        @DisplayName("trap 1: and is ignored for a while when it does not deliver")
        void isIgnoredWhenItDoesNotDeliver() {
            suspect();
            answer(5, Verdict.TAKING_OVER);
            node.takeSent();
            passBy(COORDINATOR_TIMEOUT);

            assertThat(election.role()).isEqualTo(Role.ELECTING);
            assertThat(node.takeSent()).extracting(RecordingNode.Sent::to).containsExactly(4);
        }

        @Test
        void isAskedAgainWhenTheTimeOfBeingIgnoredIsOver() {
            suspect();
            answer(5, Verdict.TAKING_OVER);
            passBy(COORDINATOR_TIMEOUT);
            answer(4, Verdict.TAKING_OVER);
            node.takeSent();
            passBy(2 * COORDINATOR_TIMEOUT);

            assertThat(node.takeSent()).extracting(RecordingNode.Sent::to).containsExactly(5);
        }

        @Test
        void isForgivenWhenALeaderAppears() {
            suspect();
            answer(5, Verdict.TAKING_OVER);
            passBy(COORDINATOR_TIMEOUT);
            election.leaderHeard(now);
            node.takeSent();
            passBy(LEADER_TIMEOUT);

            assertThat(node.takeSent()).extracting(RecordingNode.Sent::to).containsExactly(4, 5);
        }

        @Test
        void isNotWaitedForWhenItsConnectionsAreRefused() {
            suspect();
            answer(5, Verdict.TAKING_OVER);
            node.unreachable.add(node(5));
            election.unreachable(node(5), now);
            passBy(0);

            assertThat(election.role()).isEqualTo(Role.ELECTING);
        }

        @Test
        void isWaitedForInFullAlthoughALowerIdAsksMeanwhile() {
            suspect();
            answer(5, Verdict.TAKING_OVER);
            node.takeSent();
            election.asked(member(1), new Election(term(7), 4, ElectionReason.SUSPECT), now);

            assertThat(node.takeSent()).containsExactly(new RecordingNode.Sent(1, ok(4, Verdict.TAKING_OVER, 0)));
            assertThat(election.role()).isEqualTo(Role.FOLLOWER);
        }

        @Test
        void isWaitedForInFullAlthoughTheDeadLeaderIsReportedAgain() {
            suspect();
            answer(5, Verdict.TAKING_OVER);
            election.hurry(now);
            passBy(COORDINATOR_TIMEOUT - 1);

            assertThat(election.role()).isEqualTo(Role.FOLLOWER);
        }
    }

    @Nested
    @DisplayName("E5: a leader that others hear")
    class ALeaderThatOthersHear {
        @Test
        void sendsThisNodeBackForAWhole() {
            suspect();
            answer(4, Verdict.LEADER_ALIVE, 5);

            assertThat(election.role()).isEqualTo(Role.FOLLOWER);
            passBy(LEADER_TIMEOUT - 1);
            assertThat(election.role()).isEqualTo(Role.FOLLOWER);
            assertThat(node.term).isEqualTo(term(7));
        }

        @Test
        @DisplayName("C2: and this node catches up from whoever told it")
        void isFollowedThroughTheInformer() {
            suspect();
            answer(4, Verdict.LEADER_ALIVE, 5);

            assertThat(node.informer).isEqualTo(member(4));
        }

        @Test
        @DisplayName("trap 22: also when a lower id tells, in answer to the probe")
        void stopsTheProbe() {
            probe();
            refuse(1, term(8), PromiseReason.LEADER_ALIVE, 5);

            assertThat(election.role()).isEqualTo(Role.FOLLOWER);
            assertThat(node.informer).isEqualTo(member(1));
            assertThat(node.term).isEqualTo(term(7));
        }

        @Test
        void isAskedForAgainSoonWhenItsConnectionsAreRefusedHere() {
            suspect();
            node.unreachable.add(node(5));
            answer(4, Verdict.LEADER_ALIVE, 5);

            passBy(BullyElection.FIRST_RECHECK_NANOS);
            assertThat(election.role()).isEqualTo(Role.ELECTING);
        }
    }

    @Nested
    @DisplayName("E4: the answer to a lower id")
    class TheAnswer {
        @Test
        void isThatALeaderIsAliveWhileOneIsHeard() {
            node.hearsLeader = true;
            node.leader = node(5);

            assertThat(askedBy(1)).isEqualTo(ok(9, Verdict.LEADER_ALIVE, 5));
            assertThat(election.role()).isEqualTo(Role.FOLLOWER);
        }

        @Test
        void isThatThisNodeTakesOverAndItDoes() {
            assertThat(askedBy(1)).isEqualTo(ok(9, Verdict.TAKING_OVER, 0));
            assertThat(election.role()).isEqualTo(Role.ELECTING);
        }

        @Test
        @DisplayName("trap 1: never that it takes over when it cannot lead")
        void isThatThisNodeIsUnable() {
            node.able = false;

            assertThat(askedBy(1)).isEqualTo(ok(9, Verdict.UNABLE, 0));
        }

        @Test
        @DisplayName("E6: nor while it holds off after a failed claim")
        void isThatThisNodeIsUnableAfterAFailedClaim() {
            probe();
            passBy(SETTINGS.claimTimeout().toNanos());

            assertThat(askedBy(1)).isEqualTo(ok(9, Verdict.UNABLE, 0));
        }

        @Test
        void isThatThisNodeIsUnableToAHigherId() {
            assertThat(askedBy(5)).isEqualTo(ok(9, Verdict.UNABLE, 0));
        }

        private ElectionOk askedBy(int id) {
            node.takeSent();
            election.asked(member(id), new Election(term(7), 9, ElectionReason.SUSPECT), now);
            return (ElectionOk) node.takeSent().getFirst().message();
        }
    }
}
