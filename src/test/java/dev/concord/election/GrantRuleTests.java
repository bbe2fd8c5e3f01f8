package dev.concord.election;

import static dev.concord.protocol.Examples.member;
import static dev.concord.protocol.Examples.node;
import static dev.concord.protocol.Examples.term;
import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.protocol.Member;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.PeerMessage.Claim;
import dev.concord.protocol.PeerMessage.PromiseReason;
import dev.concord.protocol.Term;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// When a voter promises a term to a claimant (E8).
class GrantRuleTests {
    private final Member claimant = member(3);

    @Nested
    @DisplayName("E8 b: the term")
    class TheTerm {
        @Test
        void isPromisedWhenItIsNewerThanAnyKnown() {
            assertThat(judge(leaderless(5, null), claim(6))).isEqualTo(PromiseReason.GRANTED);
        }

        @Test
        void isRefusedWhenItIsOlder() {
            assertThat(judge(leaderless(5, null), claim(4))).isEqualTo(PromiseReason.STALE_TERM);
        }

        @Test
        @DisplayName("I2: one term is promised to one claimant")
        void isRefusedWhenItWasPromisedToAnother() {
            assertThat(judge(leaderless(5, member(2)), claim(5))).isEqualTo(PromiseReason.STALE_TERM);
        }

        @Test
        void isPromisedAgainToTheSameClaimant() {
            assertThat(judge(leaderless(5, claimant), claim(5))).isEqualTo(PromiseReason.GRANTED);
        }

        @Test
        @DisplayName("T4: the same number with another store is another claimant")
        void isRefusedToAnotherStoreOfTheSameNode() {
            assertThat(judge(leaderless(5, member(3, 99)), claim(5))).isEqualTo(PromiseReason.STALE_TERM);
        }

        @Test
        void isRefusedWhenItIsKnownButPromisedToNobody() {
            assertThat(judge(leaderless(5, null), claim(5))).isEqualTo(PromiseReason.STALE_TERM);
        }
    }

    @Nested
    @DisplayName("E8 a: a living leader")
    class ALivingLeader {
        @Test
        void isNotReplacedWhileTheVoterHearsIt() {
            assertThat(judge(following(5, 2), claim(6))).isEqualTo(PromiseReason.LEADER_ALIVE);
        }

        @Test
        void isNotReplacedByItsOwnVoteWhileItReachesAQuorum() {
            GrantRule.Voter leader = new GrantRule.Voter(term(5), member(2), false, true, node(2));

            assertThat(judge(leader, claim(6))).isEqualTo(PromiseReason.LEADER_ALIVE);
        }
    }

    @Nested
    @DisplayName("E8 a, E13: a handover")
    class AHandover {
        @Test
        void isGrantedAlthoughTheLeaderIsHeard() {
            assertThat(judge(following(5, 2), handover(6, 2, 5))).isEqualTo(PromiseReason.GRANTED);
        }

        @Test
        void countsOnlyFromTheLeaderOfTheVoter() {
            assertThat(judge(following(5, 2), handover(6, 1, 5))).isEqualTo(PromiseReason.LEADER_ALIVE);
        }

        @Test
        void countsOnlyInTheTermOfTheVoter() {
            assertThat(judge(following(5, 2), handover(6, 2, 4))).isEqualTo(PromiseReason.LEADER_ALIVE);
        }

        @Test
        void doesNotMakeAnOldTermNew() {
            assertThat(judge(following(5, 2), handover(5, 2, 5))).isEqualTo(PromiseReason.STALE_TERM);
        }
    }

    @Nested
    class AProbe {
        @Test
        @DisplayName("E7: a probe is answered as the claim would be")
        void isJudgedAsTheClaim() {
            Claim probe = new Claim(term(5), term(6), true, NodeId.NONE, Term.ZERO);

            assertThat(judge(leaderless(5, null), probe)).isEqualTo(PromiseReason.GRANTED);
            assertThat(judge(following(5, 2), probe)).isEqualTo(PromiseReason.LEADER_ALIVE);
            assertThat(judge(leaderless(6, member(2)), probe)).isEqualTo(PromiseReason.STALE_TERM);
        }
    }

    private PromiseReason judge(GrantRule.Voter voter, Claim claim) {
        return GrantRule.judge(voter, claimant, claim);
    }

    private static GrantRule.Voter leaderless(long term, @Nullable Member promisedTo) {
        return new GrantRule.Voter(term(term), promisedTo, false, false, NodeId.NONE);
    }

    private static GrantRule.Voter following(long term, int leader) {
        return new GrantRule.Voter(term(term), member(leader), true, false, node(leader));
    }

    private static Claim claim(long term) {
        return new Claim(Term.ZERO, term(term), false, NodeId.NONE, Term.ZERO);
    }

    private static Claim handover(long term, int from, long fromTerm) {
        return new Claim(Term.ZERO, term(term), false, node(from), term(fromTerm));
    }
}
