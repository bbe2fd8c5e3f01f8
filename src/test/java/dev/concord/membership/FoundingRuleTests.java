package dev.concord.membership;

import static dev.concord.protocol.Examples.boot;
import static dev.concord.protocol.Examples.member;
import static dev.concord.protocol.Examples.node;
import static dev.concord.protocol.Examples.peer;
import static dev.concord.protocol.Examples.position;
import static dev.concord.protocol.Examples.voters;
import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.protocol.ClusterId;
import dev.concord.protocol.Configuration;
import dev.concord.protocol.Hello;
import dev.concord.protocol.Levels;
import dev.concord.protocol.LogPosition;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.Term;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// Who founds the cluster, and when (M1).
class FoundingRuleTests {
    private static final ClusterId CLUSTER = new ClusterId(new UUID(7, 7));

    @Nested
    @DisplayName("M1: the founder")
    class TheFounder {
        @Test
        void isTheHighestIdOfTheList() {
            assertThat(rule(3, 1, 2).founder()).isEqualTo(node(3));
            assertThat(rule(1, 2, 3).founder()).isEqualTo(node(3));
        }

        @Test
        void foundsOnceAMajorityOfTheListIsEmpty() {
            FoundingRule rule = rule(3, 1, 2);
            assertThat(rule.mayFoundNow()).isFalse();

            rule.heard(empty(1));
            assertThat(rule.mayFoundNow()).isTrue();
        }

        @Test
        void needsThreeOfFive() {
            FoundingRule rule = rule(5, 1, 2, 3, 4);
            rule.heard(empty(1));
            assertThat(rule.mayFoundNow()).isFalse();

            rule.heard(empty(4));
            assertThat(rule.mayFoundNow()).isTrue();
        }

        @Test
        void doesNotCountOneNodeTwiceNorAStranger() {
            FoundingRule rule = rule(5, 1, 2, 3, 4);
            rule.heard(empty(1));
            rule.heard(empty(1));
            rule.heard(empty(9));

            assertThat(rule.mayFoundNow()).isFalse();
        }

        @Test
        void foundsAtOnceWhenItIsAlone() {
            assertThat(rule(1).mayFoundNow()).isTrue();
        }

        @Test
        void doesNotCountANodeThatIsGone() {
            FoundingRule rule = rule(3, 1, 2);
            rule.heard(empty(1));
            rule.lost(node(1));

            assertThat(rule.mayFoundNow()).isFalse();
            assertThat(rule.waitingFor()).containsExactly(node(1), node(2));
        }
    }

    @Nested
    class NobodyElse {
        @Test
        void founds() {
            FoundingRule rule = rule(2, 1, 3);
            rule.heard(empty(1));
            rule.heard(empty(3));

            assertThat(rule.mayFoundNow()).isFalse();
        }

        @Test
        void foundsUnlessTheOperatorSaysSo() {
            FoundingRule rule = new FoundingRule(node(2), nodes(1, 3), Optional.of(true));
            rule.heard(empty(1));

            assertThat(rule.mayFoundNow()).isTrue();
        }

        @Test
        void foundsEvenTheHighestWhenTheOperatorSaysNo() {
            FoundingRule rule = new FoundingRule(node(3), nodes(1, 2), Optional.of(false));
            rule.heard(empty(1));
            rule.heard(empty(2));

            assertThat(rule.mayFoundNow()).isFalse();
        }
    }

    @Nested
    @DisplayName("Trap 27: a founder whose volume was lost")
    class AFounderThatLostItsVolume {
        @Test
        void joinsTheClusterThatOneOfTheOthersRemembers() {
            FoundingRule rule = rule(3, 1, 2);
            rule.heard(empty(1));
            rule.heard(hello(2, CLUSTER, position(4, 100)));

            assertThat(rule.mayFoundNow()).isFalse();
        }

        @Test
        void doesNotForgetThatClusterWhenItsMemberIsGoneAgain() {
            FoundingRule rule = rule(3, 1, 2);
            rule.heard(hello(2, CLUSTER, position(4, 100)));
            rule.lost(node(2));
            rule.heard(empty(1));

            assertThat(rule.mayFoundNow()).isFalse();
        }

        @Test
        void isStoppedByEntriesWithoutAClusterToo() {
            FoundingRule rule = rule(3, 1, 2);
            rule.heard(empty(1));
            rule.heard(hello(2, null, position(1, 1)));

            assertThat(rule.mayFoundNow()).isFalse();
        }
    }

    @Nested
    @DisplayName("M1: forming")
    class Forming {
        @Test
        @DisplayName("M5: is not what a cluster does that its operator made smaller")
        void isOverForAClusterThatWasMadeSmaller() {
            FoundingRule rule = rule(5, 1, 2, 3, 4);
            Configuration five = voters(1, 2, 3, 4, 5);

            assertThat(rule.isForming(five.without(member(1)).without(member(2)).without(member(3)), 0))
                    .isFalse();
        }

        @Test
        @DisplayName("M5: does not begin again while removed nodes come back as learners")
        void isOverForeverOnceAMessageWasTaken() {
            FoundingRule rule = rule(3, 1, 2);
            Configuration shrunk = voters(1, 2, 3).without(member(1)).without(member(2));
            Configuration growing = shrunk.withLearner(peer(member(1, 11))).withLearner(peer(member(2, 22)));

            assertThat(rule.isForming(growing, 1)).isFalse();
        }

        @Test
        @DisplayName("P4: begins with a restored or recovered log, whatever was said in it before")
        void holdsForALogThatWasRestored() {
            FoundingRule rule = rule(3, 1, 2);

            assertThat(rule.isForming(voters(3), 7)).isTrue();
            assertThat(rule.isForming(voters(2, 3), 7)).isFalse();
        }

        @Test
        void lastsWhileAReplacedStoreIsNotAVoterAgain() {
            FoundingRule rule = rule(3, 1, 2);
            Configuration replaced = voters(2, 3).without(member(2)).withLearner(peer(member(2, 22)));

            assertThat(rule.isForming(replaced, 0)).isTrue();
        }

        @Test
        void lastsUntilTheVotersAreAMajorityOfTheList() {
            FoundingRule rule = rule(5, 1, 2, 3, 4);

            assertThat(rule.isForming(voters(1, 2), 0)).isTrue();
            assertThat(rule.isForming(voters(1, 2, 3), 0)).isFalse();
            assertThat(rule(1).isForming(voters(1), 0)).isFalse();
        }
    }

    private static FoundingRule rule(int self, int... others) {
        return new FoundingRule(node(self), nodes(others), Optional.empty());
    }

    private static List<NodeId> nodes(int... ids) {
        return IntStream.of(ids).mapToObj(NodeId::new).toList();
    }

    private static Hello empty(int id) {
        return hello(id, null, LogPosition.ZERO);
    }

    private static Hello hello(int id, @Nullable ClusterId cluster, LogPosition last) {
        return new Hello(Levels.FIRST, cluster, peer(id), boot(id), Term.ZERO, last, false, 1);
    }
}
