package dev.concord.election;

import static dev.concord.protocol.Examples.member;
import static dev.concord.protocol.Examples.position;
import static dev.concord.protocol.Examples.term;
import static dev.concord.protocol.Examples.voters;
import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.protocol.Configuration;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.Term;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// What the promises that a claimant has collected allow (E9 to E11).
class CandidacyTests {
    private final Candidacy candidacy = new Candidacy(member(1), term(8), NodeId.NONE, Term.ZERO);

    @Nested
    @DisplayName("E9: the newest log")
    class TheNewestLog {
        @Test
        @DisplayName("trap 3: the maximum of all replies, not the first that is longer than one's own")
        void isTheMaximumNotTheFirstLonger() {
            candidacy.granted(member(2), true, position(7, 119));
            candidacy.granted(member(3), true, position(7, 120));
            candidacy.granted(member(4), true, position(7, 118));

            assertThat(candidacy.newest(position(7, 117))).isEqualTo(member(3));
        }

        @Test
        @DisplayName("trap 3: term before length")
        void isTheOneWithTheNewestTermHoweverShort() {
            candidacy.granted(member(2), true, position(6, 500));
            candidacy.granted(member(3), true, position(7, 10));

            assertThat(candidacy.newest(position(6, 400))).isEqualTo(member(3));
        }

        @Test
        void isTheOwnWhenNoneIsNewer() {
            candidacy.granted(member(2), true, position(7, 120));

            assertThat(candidacy.newest(position(7, 120))).isEqualTo(member(1));
        }

        @Test
        @DisplayName("P1: a member in repair cannot tell what was committed")
        void isNeverThatOfAMemberInRepair() {
            candidacy.granted(member(2), false, position(7, 120));

            assertThat(candidacy.newest(position(7, 100))).isEqualTo(member(1));
        }
    }

    @Nested
    @DisplayName("E11: leading")
    class Leading {
        @Test
        void needsAMajorityOfPromises() {
            candidacy.granted(member(1), true, position(7, 100));
            assertThat(mayLead(voters(1, 2, 3, 4, 5))).isFalse();
            candidacy.granted(member(2), true, position(7, 100));
            assertThat(mayLead(voters(1, 2, 3, 4, 5))).isFalse();
            candidacy.granted(member(5), true, position(7, 90));

            assertThat(mayLead(voters(1, 2, 3, 4, 5))).isTrue();
        }

        @Test
        void countsOneMemberOnce() {
            candidacy.granted(member(1), true, position(7, 100));
            candidacy.granted(member(1), true, position(7, 100));

            assertThat(mayLead(voters(1, 2, 3))).isFalse();
        }

        @Test
        @DisplayName("trap 9: the majority is one of the configuration that was adopted")
        void needsAMajorityOfTheAdoptedConfiguration() {
            candidacy.granted(member(1), true, position(7, 100));
            candidacy.granted(member(2), true, position(7, 100));

            assertThat(mayLead(voters(1, 2, 3))).isTrue();
            assertThat(mayLead(voters(1, 3, 4))).isFalse();
            assertThat(mayLead(voters(1, 2, 3, 4))).isFalse();
        }

        @Test
        @DisplayName("I16: another store under the id of a voter is not counted")
        void doesNotCountAWipedVoter() {
            candidacy.granted(member(1), true, position(7, 100));
            candidacy.granted(member(2, 99), true, position(7, 0));

            assertThat(mayLead(voters(1, 2, 3))).isFalse();
        }

        @Test
        void isOnlyForVotersOfTheAdoptedConfiguration() {
            candidacy.granted(member(1), true, position(7, 100));
            candidacy.granted(member(2), true, position(7, 100));
            candidacy.granted(member(3), true, position(7, 100));

            assertThat(mayLead(voters(2, 3, 4))).isFalse();
        }

        @Test
        void needsALogAtLeastAsNewAsEveryIntactOne() {
            candidacy.granted(member(1), true, position(7, 100));
            candidacy.granted(member(2), true, position(7, 101));

            assertThat(candidacy.mayLead(voters(1, 2, 3), position(7, 100))).isFalse();
            assertThat(candidacy.mayLead(voters(1, 2, 3), position(7, 101))).isTrue();
        }

        @Test
        @DisplayName("P1: so many intact logs that every commit quorum is met")
        void needsEnoughIntactLogs() {
            candidacy.granted(member(1), true, position(7, 100));
            candidacy.granted(member(2), false, position(7, 3));
            assertThat(mayLead(voters(1, 2, 3))).isFalse(); // 3 may hold the only other copy

            candidacy.granted(member(3), true, position(7, 100));
            assertThat(mayLead(voters(1, 2, 3))).isTrue();
        }

        @Test
        @DisplayName(
                "P1: of an even number of voters, a majority from intact logs, too: a third voter may hold what was committed")
        void needsAMajorityOfIntactLogs() {
            candidacy.granted(member(1), true, position(7, 100));
            candidacy.granted(member(2), false, position(7, 100));

            assertThat(mayLead(voters(1, 2))).isFalse();
        }

        @Test
        void isNotGainedByARefusalThatComesLate() {
            candidacy.granted(member(1), true, position(7, 100));
            candidacy.granted(member(2), true, position(7, 100));
            candidacy.refused(member(2));

            assertThat(mayLead(voters(1, 2, 3))).isTrue();
        }

        private boolean mayLead(Configuration adopted) {
            return candidacy.mayLead(adopted, position(7, 100));
        }
    }

    @Nested
    class Asking {
        @Test
        void isDoneOncePerVoterAndNeverOfOneself() {
            assertThat(candidacy.toAsk(voters(1, 2, 3)))
                    .isEqualTo(new java.util.TreeSet<>(List.of(member(2), member(3))));
            assertThat(candidacy.toAsk(voters(1, 2, 3))).isEmpty();
            assertThat(candidacy.toAsk(voters(1, 3, 4))).containsExactly(member(4));
        }

        @Test
        void isHopelessOnceAMajorityIsOutOfReach() {
            candidacy.refused(member(2));
            assertThat(candidacy.isHopeless(voters(1, 2, 3))).isFalse();
            candidacy.refused(member(3));

            assertThat(candidacy.isHopeless(voters(1, 2, 3))).isTrue();
        }
    }
}
