package dev.concord.election;

import static dev.concord.protocol.Examples.member;
import static dev.concord.protocol.Examples.node;
import static dev.concord.protocol.Examples.position;
import static dev.concord.protocol.Examples.term;
import static dev.concord.protocol.Examples.voters;
import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.protocol.Address;
import dev.concord.protocol.LogPosition;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.PeerMessage.Claim;
import dev.concord.protocol.PeerMessage.Election;
import dev.concord.protocol.PeerMessage.ElectionOk;
import dev.concord.protocol.PeerMessage.ElectionReason;
import dev.concord.protocol.PeerMessage.Promise;
import dev.concord.protocol.PeerMessage.PromiseReason;
import dev.concord.protocol.PeerMessage.Verdict;
import dev.concord.protocol.ProtocolSettings;
import dev.concord.protocol.Role;
import dev.concord.protocol.Term;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// The election of node 3 among the voters 1 to 5 (section 7), in term 7, whose leader is gone.
class BullyElectionTests {
    private static final ProtocolSettings SETTINGS = ProtocolSettings.DEFAULTS;
    private static final long LEADER_TIMEOUT = SETTINGS.leaderTimeout().toNanos();
    private static final long OK_TIMEOUT = SETTINGS.okTimeout().toNanos();
    private static final long COORDINATOR_TIMEOUT =
            SETTINGS.coordinatorTimeout().toNanos();

    private final RecordingNode node = new RecordingNode(3, 1, 2, 3, 4, 5);
    private final BullyElection election = new BullyElection(node, SETTINGS, 0);
    private long now = 0;

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

    @Nested
    @DisplayName("E7: the probe")
    class TheProbe {
        @Test
        void asksAllOtherVotersForTheNextTermAndChangesNothing() {
            probe();

            assertThat(claims()).hasSize(4).containsOnly(new Claim(term(7), term(8), true, NodeId.NONE, Term.ZERO));
            assertThat(node.term).isEqualTo(term(7));
            assertThat(node.promiseDurable).isNull();
        }

        @Test
        void namesATermAboveAnyThatWasSeen() {
            node.highestTermSeen = term(20);
            probe();

            assertThat(claims()).allMatch(c -> c.claimTerm().equals(term(21)));
        }

        @Test
        @DisplayName("I18: without a majority no term is raised")
        void raisesNoTermWithoutAMajority() {
            probe();
            wouldGrant(1, position(7, 100));
            passBy(SETTINGS.claimTimeout().toNanos());

            assertThat(node.term).isEqualTo(term(7));
            assertThat(election.role()).isEqualTo(Role.FOLLOWER);
        }

        @Test
        void countsEachVoterOnce() {
            probe();
            wouldGrant(1, position(7, 100));
            wouldGrant(1, position(7, 100));

            assertThat(node.promiseDurable).isNull();
        }

        @Test
        void isFollowedByTheClaimOnceAMajorityWouldGrant() {
            probe();
            wouldGrant(1, position(7, 100));
            wouldGrant(2, position(7, 100));

            assertThat(node.promiseDurable).isNotNull();
            assertThat(node.term).isEqualTo(term(8));
        }

        @Test
        void isGivenUpWhenAMajorityRefuses() {
            probe();
            for (int id : new int[] {1, 2, 4}) {
                refuse(id, term(8), PromiseReason.STALE_TERM, 0);
            }

            assertThat(election.role()).isEqualTo(Role.FOLLOWER);
            assertThat(election.canLead(now)).isFalse();
        }
    }

    @Nested
    @DisplayName("E9 to E11: the claim")
    class TheClaim {
        @Test
        @DisplayName("I13: asks nobody before its own promise is durable")
        void waitsForItsOwnDisk() {
            probe();
            node.takeSent();
            wouldGrant(1, position(7, 100));
            wouldGrant(2, position(7, 100));
            assertThat(claims()).isEmpty();

            node.promiseIsDurable(now);
            assertThat(claims()).hasSize(4).containsOnly(new Claim(term(8), term(8), false, NodeId.NONE, Term.ZERO));
        }

        @Test
        void isWonWithAMajorityOfPromises() {
            claim();
            grant(1, position(7, 100));
            assertThat(node.office).isNull();
            grant(2, position(7, 90));

            assertThat(node.office).isEqualTo(term(8));
            assertThat(election.role()).isEqualTo(Role.LEADER);
        }

        @Test
        void isNotWonByAnswersToTheProbe() {
            claim();
            wouldGrant(4, position(7, 100));
            wouldGrant(5, position(7, 100));

            assertThat(node.office).isNull();
        }

        @Test
        void isNotWonByPromisesOfAnotherTerm() {
            claim();
            election.promised(member(1), granted(term(9), false, position(7, 100)), now);
            election.promised(member(2), granted(term(9), false, position(7, 100)), now);

            assertThat(node.office).isNull();
        }

        @Test
        @DisplayName("E10: fetches the newest log among the promises before it leads")
        void fetchesTheNewestLogFirst() {
            claim();
            grant(1, position(7, 120));
            grant(2, position(7, 110));

            assertThat(node.office).isNull();
            assertThat(node.fetchedFrom).isEqualTo(member(1));

            node.last = position(7, 120);
            election.adopted(term(8), now);
            assertThat(node.office).isEqualTo(term(8));
        }

        @Test
        @DisplayName("E10: fetches again when a newer log shows while it fetches")
        void fetchesFromTheNextWhenANewerLogShows() {
            claim();
            grant(1, position(7, 110));
            grant(2, position(7, 100));
            grant(4, position(7, 120));
            node.last = position(7, 110);
            election.adopted(term(8), now);

            assertThat(node.office).isNull();
            assertThat(node.fetchedFrom).isEqualTo(member(4));
        }

        @Test
        @DisplayName("trap 9: asks the voters of the adopted configuration too")
        void asksTheVotersOfTheAdoptedConfiguration() {
            node.configuration = voters(1, 2, 3);
            probe();
            wouldGrant(1, position(7, 100));
            node.promiseIsDurable(now);
            grant(1, position(7, 120));
            node.takeSent();
            node.configuration = voters(1, 3, 6, 7);
            node.last = position(7, 120);
            election.adopted(term(8), now);

            assertThat(node.office).isNull();
            assertThat(node.takeSent()).extracting(RecordingNode.Sent::to).containsExactly(6, 7);
            grant(6, position(7, 0));
            assertThat(node.office).isEqualTo(term(8));
        }

        @Test
        void endsInAHoldOffWhenTimeRunsOut() {
            claim();
            passBy(SETTINGS.claimTimeout().toNanos());

            assertThat(election.role()).isEqualTo(Role.FOLLOWER);
            assertThat(election.canLead(now)).isFalse();
            passBy(SETTINGS.holdOffBase().toNanos());
            assertThat(election.canLead(now)).isTrue();
        }

        @Test
        @DisplayName("E6: the hold-off is longer below able nodes")
        void endsInALongerHoldOffBelowAbleNodes() {
            node.ableHigher = 2;
            claim();
            passBy(SETTINGS.claimTimeout().toNanos());
            passBy(3 * SETTINGS.holdOffBase().toNanos() - 1);
            assertThat(election.canLead(now)).isFalse();

            passBy(1);
            assertThat(election.canLead(now)).isTrue();
        }

        @Test
        @DisplayName("E15: ends when another leads")
        void endsWhenAnotherLeads() {
            claim();
            election.leaderHeard(now);
            grant(1, position(7, 100));
            grant(2, position(7, 100));

            assertThat(election.role()).isEqualTo(Role.FOLLOWER);
            assertThat(node.office).isNull();
        }
    }

    @Nested
    class ASingleVoter {
        @Test
        void leadsByItsOwnPromise() {
            RecordingNode alone = new RecordingNode(3, 3);
            BullyElection its = new BullyElection(alone, SETTINGS, 0);
            its.onTime(LEADER_TIMEOUT);
            alone.promiseIsDurable(LEADER_TIMEOUT);

            assertThat(alone.office).isEqualTo(term(8));
            assertThat(alone.takeSent()).isEmpty();
        }
    }

    @Nested
    @DisplayName("E13: a handover")
    class AHandover {
        @Test
        void claimsWithoutAProbeAndNamesTheLeaderThatAsked() {
            election.takeOver(node(2), term(7), now);
            node.promiseIsDurable(now);

            assertThat(claims()).hasSize(4).containsOnly(new Claim(term(8), term(8), false, node(2), term(7)));
        }
    }

    @Nested
    @DisplayName("E12: a leader that steps down by its own fault")
    class SteppingDown {
        @Test
        void holdsOff() {
            election.stepDown(now, true);

            assertThat(election.canLead(now)).isFalse();
        }

        @Test
        void doesNotHoldOffWhenAnotherTermDeposedIt() {
            election.stepDown(now, false);

            assertThat(election.canLead(now)).isTrue();
        }
    }

    // --- steps

    private void passTo(long time) {
        now = time;
        election.onTime(now);
    }

    private void passBy(long nanos) {
        passTo(now + nanos);
    }

    private void suspect() {
        passTo(LEADER_TIMEOUT);
    }

    private void probe() {
        suspect();
        passBy(OK_TIMEOUT);
        node.sent.removeIf(s -> s.message() instanceof Election);
    }

    private void claim() {
        probe();
        wouldGrant(1, position(7, 100));
        wouldGrant(2, position(7, 100));
        node.promiseIsDurable(now);
    }

    private List<Claim> claims() {
        return node.takeSent().stream()
                .map(RecordingNode.Sent::message)
                .filter(Claim.class::isInstance)
                .map(Claim.class::cast)
                .toList();
    }

    private void answer(int from, Verdict verdict) {
        answer(from, verdict, 0);
    }

    private void answer(int from, Verdict verdict, int leader) {
        election.answered(member(from), ok(election.started(), verdict, leader), now);
    }

    private static ElectionOk ok(long round, Verdict verdict, int leader) {
        Address address = leader == 0 ? Address.NONE : new Address("node" + leader, 5000 + leader);
        return new ElectionOk(term(7), round, verdict, new NodeId(leader), address);
    }

    private void wouldGrant(int from, LogPosition last) {
        election.promised(member(from), granted(term(8), true, last), now);
    }

    private void grant(int from, LogPosition last) {
        election.promised(member(from), granted(term(8), false, last), now);
    }

    private static Promise granted(Term claimTerm, boolean probe, LogPosition last) {
        return new Promise(term(7), claimTerm, probe, true, PromiseReason.GRANTED, true, last, 0, NodeId.NONE, 0);
    }

    private void refuse(int from, Term claimTerm, PromiseReason reason, int leader) {
        election.promised(
                member(from),
                new Promise(term(7), claimTerm, true, false, reason, true, position(7, 100), 0, new NodeId(leader), 0),
                now);
    }
}
