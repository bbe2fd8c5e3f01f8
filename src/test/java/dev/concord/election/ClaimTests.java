package dev.concord.election;

import static dev.concord.protocol.Examples.member;
import static dev.concord.protocol.Examples.node;
import static dev.concord.protocol.Examples.position;
import static dev.concord.protocol.Examples.term;
import static dev.concord.protocol.Examples.voters;
import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.protocol.NodeId;
import dev.concord.protocol.PeerMessage.Claim;
import dev.concord.protocol.PeerMessage.PromiseReason;
import dev.concord.protocol.Role;
import dev.concord.protocol.Term;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// How node 3 claims a term, once nobody above it does (E6 to E13).
class ClaimTests extends ElectionTest {
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
    @DisplayName("E10: the holder of the newest log falls silent")
    class ASilentHolder {
        @Test
        void isReplacedByAnotherWithTheSameLog() {
            claim();
            grant(1, position(7, 120));
            grant(2, position(7, 120));
            assertThat(node.fetchedFrom).isEqualTo(member(1));

            passBy(SETTINGS.claimTimeout().toNanos());
            node.disk(now);

            assertThat(node.fetchedFrom).isEqualTo(member(2));
            node.last = position(7, 120);
            election.adopted(term(8), now);
            assertThat(node.office).isEqualTo(term(8));
        }

        @Test
        @DisplayName("F4: is replaced at once when its connections are refused")
        void isReplacedAtOnceWhenItsConnectionsAreRefused() {
            claim();
            grant(1, position(7, 120));
            grant(2, position(7, 120));

            election.unreachable(node(1), now);
            node.disk(now);

            assertThat(node.fetchedFrom).isEqualTo(member(2));
        }

        @Test
        void isDoneWithoutWhenTheRestIsEnough() {
            claim();
            grant(1, position(7, 120));
            grant(2, position(7, 100));
            grant(4, position(7, 90));

            election.unreachable(node(1), now);
            assertThat(node.office).as("before the own log is durable").isNull();
            node.disk(now);

            assertThat(node.office).isEqualTo(term(8));
        }

        @Test
        void endsTheClaimWhenTheRestIsNotEnough() {
            claim();
            grant(1, position(7, 120));
            grant(2, position(7, 100));

            election.unreachable(node(1), now);

            assertThat(election.role()).isEqualTo(Role.FOLLOWER);
            assertThat(election.canLead(now)).isFalse();
        }

        @Test
        void doesNotComeBackIntoTheSameClaim() {
            claim();
            grant(1, position(7, 120));
            grant(2, position(7, 100));
            grant(4, position(7, 90));
            election.unreachable(node(1), now);
            grant(1, position(7, 120));
            node.disk(now);

            assertThat(node.office).isEqualTo(term(8));
        }

        @Test
        void keepsItsPromiseWhileAnotherHasItsLog() {
            claim();
            grant(1, position(7, 120));
            grant(2, position(7, 120));
            election.unreachable(node(1), now);
            node.disk(now);
            node.last = position(7, 120);
            election.adopted(term(8), now);

            assertThat(node.office).as("1, 2 and 3 promised").isEqualTo(term(8));
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
}
