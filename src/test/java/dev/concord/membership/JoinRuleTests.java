package dev.concord.membership;

import static dev.concord.protocol.Examples.member;
import static dev.concord.protocol.Examples.peer;
import static dev.concord.protocol.Examples.voters;
import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.protocol.Configuration;
import dev.concord.protocol.Peer;
import dev.concord.protocol.PeerMessage.JoinStatus;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// What the leader does about a node that wants in (M2, M3, M4).
class JoinRuleTests {
    private final Configuration two = voters(1, 2);
    private final Peer wiped = peer(member(2, 99));

    @Nested
    @DisplayName("M2: a new node")
    class ANewNode {
        @Test
        void isAddedAsLearner() {
            JoinRule.Decision decision = JoinRule.decide(peer(3), two, true, true, false, false);

            assertThat(decision.status()).isEqualTo(JoinStatus.PENDING);
            assertThat(decision.next()).isEqualTo(two.withLearner(peer(3)));
        }

        @Test
        void waitsWhileAnotherChangeIsUnderWay() {
            waits(JoinRule.decide(peer(3), two, true, false, false, false));
        }

        @Test
        @DisplayName("M6: at most nine members")
        void waitsWhileTheClusterIsFull() {
            waits(JoinRule.decide(peer(10), voters(1, 2, 3, 4, 5, 6, 7, 8, 9), true, true, false, false));
        }

        @Test
        void isAcceptedOnceItsConfigurationIsCommitted() {
            Configuration learning = two.withLearner(peer(3));

            waits(JoinRule.decide(peer(3), learning, false, true, false, false));
            assertThat(JoinRule.decide(peer(3), learning, true, true, false, false))
                    .isEqualTo(new JoinRule.Decision(JoinStatus.ACCEPTED, "", null));
        }

        @Test
        void isAcceptedAgainWhenItAsksAgain() {
            assertThat(JoinRule.decide(peer(2), two, true, true, false, false).status())
                    .isEqualTo(JoinStatus.ACCEPTED);
        }
    }

    @Nested
    @DisplayName("M3: another store under a known node id")
    class AnotherStore {
        @Test
        void isRejectedWhileTheOldOneIsAlive() {
            assertThat(JoinRule.decide(wiped, two, true, true, true, false))
                    .isEqualTo(new JoinRule.Decision(JoinStatus.REJECTED, "DUPLICATE_NODE_ID", null));
        }

        @Test
        void waitsUntilTheOldOneIsGivenUp() {
            waits(JoinRule.decide(wiped, two, true, true, false, false));
        }

        @Test
        void waitsWhileAnotherChangeIsUnderWay() {
            waits(JoinRule.decide(wiped, two, true, false, false, true));
        }

        @Test
        void hasTheOldOneRemovedFirst() {
            JoinRule.Decision decision = JoinRule.decide(wiped, two, true, true, false, true);

            assertThat(decision.status()).isEqualTo(JoinStatus.PENDING);
            assertThat(decision.next()).isEqualTo(two.without(member(2)));
        }

        @Test
        void isAddedOnceTheOldOneIsRemoved() {
            Configuration one = two.without(member(2));

            assertThat(JoinRule.decide(wiped, one, true, true, false, false).next())
                    .isEqualTo(one.withLearner(wiped));
        }
    }

    @Nested
    @DisplayName("M4: a removed member")
    class ARemovedMember {
        @Test
        void isRejectedForEver() {
            assertThat(JoinRule.decide(peer(2), two.without(member(2)), true, true, false, false))
                    .isEqualTo(new JoinRule.Decision(JoinStatus.REJECTED, "REMOVED", null));
        }
    }

    private static void waits(JoinRule.Decision decision) {
        assertThat(decision.status()).isEqualTo(JoinStatus.PENDING);
        assertThat(decision.next()).isNull();
    }
}
