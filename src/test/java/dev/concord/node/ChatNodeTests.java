package dev.concord.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.protocol.BootId;
import dev.concord.protocol.ClusterId;
import dev.concord.protocol.Examples;
import dev.concord.protocol.Hello;
import dev.concord.protocol.Levels;
import dev.concord.protocol.LogPosition;
import dev.concord.protocol.Member;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.Refusal;
import dev.concord.protocol.Role;
import dev.concord.protocol.Term;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// What concerns a node as a whole: pauses, strangers, its end. Node 3 of 1, 2, 3.
class ChatNodeTests {
    private final Rig node = Rig.startedOn(Rig.founded(Examples.voters(1, 2, 3), 3), 3, 2);

    @Nested
    @DisplayName("F6: a leader that was paused for longer than leader_timeout")
    class Paused {
        @Test
        @DisplayName("trap 20: steps down before it serves anything")
        void stepsDownBeforeItServesAnything() {
            node.lead(1, 2);
            node.ack(1, 3);
            node.sleep(Rig.SETTINGS.leaderTimeout().plusMillis(1));
            node.forget();
            node.submit("a");

            assertThat(node.status().role()).isNotEqualTo(Role.LEADER);
            assertThat(node.ordered(Effect.Append.class)).isEmpty();
        }
    }

    @Nested
    @DisplayName("E1: a restarted node")
    class Restarted {
        @Test
        @DisplayName("trap 5: does not lead the term that it led before")
        void doesNotGoOnLeading() {
            assertThat(node.status().role()).isEqualTo(Role.FOLLOWER);
            node.lead(1, 2);

            assertThat(node.node.currentTerm()).isEqualTo(new Term(2));
        }
    }

    @Nested
    @DisplayName("T4, T5: a handshake")
    class AHandshake {
        @Test
        void ofAnotherClusterIsRefused() {
            Hello foreign = new Hello(
                    Levels.FIRST,
                    new ClusterId(new UUID(8, 8)),
                    Examples.peer(1),
                    Examples.boot(1),
                    Term.ZERO,
                    LogPosition.ZERO,
                    false,
                    1);

            assertThat(verdict(foreign)).isEqualTo(Refusal.FOREIGN_CLUSTER);
        }

        @Test
        @DisplayName("trap 11: of a second process on one data directory is refused while the first is heard")
        void ofASecondProcessOnOneStoreIsRefused() {
            node.linkUp(1);

            assertThat(verdict(node.hello(Examples.member(1), new BootId(new UUID(5, 5)))))
                    .isEqualTo(Refusal.DUPLICATE_BOOT);
        }

        @Test
        @DisplayName("trap 11: of a restored backup, which has lost a term, is refused")
        void ofAStoreThatHasLostStateIsRefused() {
            Member one = Examples.member(1);
            node.step(new Event.HelloReceived(1, withTerm(9, Examples.boot(1))));
            node.step(new Event.LinksClosed(one, Examples.boot(1)));

            assertThat(verdict(withTerm(8, new BootId(new UUID(5, 5))))).isEqualTo(Refusal.STATE_REGRESSION);
        }

        private Hello withTerm(long term, BootId boot) {
            return new Hello(
                    Levels.FIRST, Rig.CLUSTER, Examples.peer(1), boot, new Term(term), LogPosition.ZERO, false, 1);
        }

        private Refusal verdict(Hello hello) {
            node.step(new Event.HelloReceived(1, hello));
            return node.ordered(Effect.AnswerHello.class).getLast().refusal();
        }
    }

    @Test
    @DisplayName("T5: a node that is told of lost state stops, and does nothing any more")
    void stopsForGood() {
        node.step(new Event.LinkRefused(new NodeId(1), Refusal.STATE_REGRESSION));
        assertThat(node.ordered(Effect.Halt.class)).hasSize(1);
        node.forget();
        node.submit("a");
        node.pass(Rig.SETTINGS.leaderTimeout());

        assertThat(node.ordered(Effect.class)).isEmpty();
    }
}
