package dev.concord.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.protocol.Address;
import dev.concord.protocol.ClusterId;
import dev.concord.protocol.Configuration;
import dev.concord.protocol.Examples;
import dev.concord.protocol.Hello;
import dev.concord.protocol.Levels;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.LogPosition;
import dev.concord.protocol.Member;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.Peer;
import dev.concord.protocol.PeerMessage.Join;
import dev.concord.protocol.PeerMessage.JoinAck;
import dev.concord.protocol.PeerMessage.JoinStatus;
import dev.concord.protocol.PeerMessage.RemoveAck;
import dev.concord.protocol.PeerMessage.RemoveStatus;
import dev.concord.protocol.Refusal;
import dev.concord.protocol.StoreId;
import dev.concord.protocol.Term;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// Node 3 starts with an empty store; its list is 1, 2 and 3.
class JoiningTests {
    private static final Founding LIST = new Founding(
            List.of(
                    new SeedNode(new NodeId(1), new Address("node1", 5001)),
                    new SeedNode(new NodeId(2), new Address("node2", 5002))),
            Optional.empty());

    private final Rig node = Rig.empty(3, LIST);

    @Nested
    @DisplayName("M1: the founder")
    class TheFounder {
        @Test
        void waitsForAMajorityOfTheList() {
            node.pass(Rig.SETTINGS.leaderTimeout());
            assertThat(node.ordered(Effect.Append.class)).isEmpty();

            node.step(new Event.LinkOpened(hello(1, null)));
            LogEntry first =
                    node.ordered(Effect.Append.class).getFirst().entries().getFirst();
            assertThat(first.configuration().voters()).containsExactly(Examples.peer(3));
            assertThat(node.ordered(Effect.WriteMeta.class).getLast().meta().clusterId())
                    .isNotNull();
        }

        @Test
        @DisplayName("trap 27: founds nothing when somebody remembers a cluster")
        void foundsNothingWhenSomebodyRemembersACluster() {
            node.step(new Event.LinkOpened(hello(1, Rig.CLUSTER)));
            node.step(new Event.LinkOpened(hello(2, null)));
            node.pass(Rig.SETTINGS.leaderTimeout());

            assertThat(node.ordered(Effect.Append.class)).isEmpty();
        }
    }

    @Nested
    @DisplayName("M2: a node that is in no cluster")
    class Outside {
        @Test
        @DisplayName("M4: stops when it was taken in and removed before it heard of it")
        void stopsWhenItWasRemovedBeforeItWasTakenIn() {
            node.step(new Event.LinkOpened(hello(1, Rig.CLUSTER)));
            node.hear(1, new RemoveAck(new Term(4), 0, Examples.member(3), RemoveStatus.REMOVED));

            assertThat(node.ordered(Effect.WriteMeta.class).getLast().meta().removed())
                    .isTrue();
        }

        @Test
        void asksOneConnectedMemberAfterTheOther() {
            node.step(new Event.LinkOpened(hello(1, Rig.CLUSTER)));
            node.step(new Event.LinkOpened(hello(2, Rig.CLUSTER)));
            node.forget();
            node.pass(Rig.SETTINGS.heartbeat().multipliedBy(2));

            assertThat(node.sent(1, Join.class)).hasSize(1);
            assertThat(node.sent(2, Join.class)).hasSize(1);
        }

        @Test
        void asksTheLeaderThatIsNamed() {
            node.step(new Event.LinkOpened(hello(1, Rig.CLUSTER)));
            node.step(new Event.LinkOpened(hello(2, Rig.CLUSTER)));
            for (int i = 0; i < 4; i++) {
                node.hear(1, answer(JoinStatus.REDIRECT, "", 2));
                node.forget();
                node.pass(Rig.SETTINGS.heartbeat());
                assertThat(node.sent(2, Join.class)).hasSize(1);
            }
        }

        @Test
        void takesTheClusterThatTakesItIn() {
            node.step(new Event.LinkOpened(hello(1, Rig.CLUSTER)));
            node.hear(1, answer(JoinStatus.ACCEPTED, "", 1));

            assertThat(node.ordered(Effect.WriteMeta.class).getLast().meta().clusterId())
                    .isEqualTo(Rig.CLUSTER);
        }

        @Test
        @DisplayName("M3: stops when a living node has its number")
        void stopsWhenALivingNodeHasItsNumber() {
            node.hear(1, answer(JoinStatus.REJECTED, "DUPLICATE_NODE_ID", 1));

            assertThat(node.ordered(Effect.Halt.class).getLast().reason())
                    .isEqualTo(Effect.HaltReason.DUPLICATE_NODE_ID);
        }
    }

    /// The log of a restored cluster (M1) begins with the history of another. Node 3, being caught up, has only
    /// that yet; the nodes 1 and 2 of its own cluster have other stores and addresses.
    @Nested
    class WhileTheLogEndsInThePast {
        private final Rig behind = Rig.startedOn(
                Rig.founded(
                        new Configuration(
                                List.of(earlier(1), earlier(2), earlier(3)), List.of(), List.of(), 200_000, 1),
                        2),
                3,
                2);

        @Test
        void looksForNobodyThatIsNamedThere() {
            assertThat(behind.ordered(Effect.Dial.class))
                    .allSatisfy(dial -> assertThat(dial.peers()).isEmpty());

            behind.linkUp(1, 2);

            assertThat(behind.ordered(Effect.Dial.class).getLast().peers()).isEqualTo(Examples.peers(1, 2));
        }

        @Test
        void tellsANewcomerOnlyOfThoseItIsLinkedTo() {
            behind.linkUp(1, 2);
            behind.step(new Event.LinkOpened(hello(4, null)));
            behind.hear(4, new Join(Term.ZERO, Examples.peer(4), null));

            assertThat(behind.sent(4, JoinAck.class).getLast().members()).isEqualTo(Examples.peers(1, 2, 4));
        }

        private static Peer earlier(int id) {
            Member member = new Member(new NodeId(id), new StoreId(new UUID(9, id)));
            return new Peer(member, new Address("earlier" + id, 5000 + id), "");
        }
    }

    @Test
    @DisplayName("I17: more guests than there is room for are turned away until one of them is gone")
    void guestsAreLimited() {
        Rig host = Rig.empty(3, LIST);
        for (int i = 0; i < PeerBook.MAX_GUESTS; i++) {
            host.step(new Event.LinkOpened(hello(10 + i, null)));
        }
        host.step(new Event.HelloReceived(1, hello(10, null))); // one of them again
        host.step(new Event.HelloReceived(2, hello(99, null)));
        host.step(new Event.LinksClosed(Examples.peer(10).member(), Examples.boot(10)));
        host.pass(Duration.ofNanos(PeerBook.GUEST_NANOS).plusSeconds(1));
        host.step(new Event.HelloReceived(3, hello(99, null)));

        assertThat(host.ordered(Effect.AnswerHello.class))
                .containsExactly(
                        new Effect.AnswerHello(1, null),
                        new Effect.AnswerHello(2, Refusal.BUSY),
                        new Effect.AnswerHello(3, null));
    }

    private static Hello hello(int peer, @Nullable ClusterId cluster) {
        return new Hello(
                Levels.FIRST, cluster, Examples.peer(peer), Examples.boot(peer), Term.ZERO, LogPosition.ZERO, false, 1);
    }

    private static JoinAck answer(JoinStatus status, String reason, int leader) {
        return new JoinAck(
                Term.ZERO,
                status,
                reason,
                Rig.CLUSTER,
                new NodeId(leader),
                Examples.peer(leader).address(),
                Examples.peers(1, 2));
    }
}
