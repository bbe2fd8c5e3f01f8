package dev.concord.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.protocol.ChainHash;
import dev.concord.protocol.Examples;
import dev.concord.protocol.History;
import dev.concord.protocol.LogPosition;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.PeerMessage.Claim;
import dev.concord.protocol.PeerMessage.Heartbeat;
import dev.concord.protocol.Role;
import dev.concord.protocol.Term;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// What node 1 of 1, 2, 3 says of itself.
class HeartbeatsTests {
    private final History history = Rig.founded(Examples.voters(1, 2, 3), 3);
    private final Rig node = Rig.startedOn(history, 1, 2);

    @Test
    @DisplayName("F2: one heartbeat goes to every member in each interval")
    void goToEveryMemberInEachInterval() {
        node.forget();
        node.pass(Rig.SETTINGS.heartbeat().multipliedBy(3));

        assertThat(node.sent(2, Heartbeat.class)).hasSize(3);
        assertThat(node.sent(3, Heartbeat.class)).hasSize(3);
        assertThat(node.sent(1, Heartbeat.class)).isEmpty();
    }

    @Test
    @DisplayName("S3, trap 29: they tell a term only once it is durable")
    void tellDurableValuesOnly() {
        node.sleep(Rig.SETTINGS.leaderTimeout());
        node.hear(2, new Claim(new Term(5), new Term(5), false, NodeId.NONE, Term.ZERO));
        node.forget();
        node.pass(Rig.SETTINGS.heartbeat());
        assertThat(node.sent(2, Heartbeat.class).getLast().term()).isEqualTo(new Term(1));

        node.persist();
        node.pass(Rig.SETTINGS.heartbeat());
        assertThat(node.sent(2, Heartbeat.class).getLast().term()).isEqualTo(new Term(5));
        assertThat(node.sent(2, Heartbeat.class).getLast().last()).isEqualTo(new LogPosition(new Term(1), 2));
    }

    @Test
    @DisplayName("F2: a peer whose link is not up is answered at once, but not without end")
    void proveALinkAtOnceButNotWithoutEnd() {
        node.forget();
        for (int i = 0; i < 10; i++) {
            node.hear(2, Examples.heartbeat(i + 1, 0)); // echoes nothing: its link never comes up
        }

        assertThat(node.sent(2, Heartbeat.class)).hasSize(Heartbeats.MAX_PROOFS);
    }

    @Test
    @DisplayName("R10: another hash at a committed index stops the node")
    void stopTheNodeWhenHistoriesDiffer() {
        node.hear(2, check(2, history.hashAt(2)));
        assertThat(node.ordered(Effect.Halt.class)).isEmpty();

        node.hear(2, check(2, history.hashAt(1)));
        assertThat(node.ordered(Effect.Halt.class).getLast().reason()).isEqualTo(Effect.HaltReason.INVARIANT_BROKEN);
    }

    private Heartbeat check(long index, ChainHash hash) {
        Heartbeat h = node.heartbeat(2, Role.FOLLOWER, 2);
        return new Heartbeat(
                h.term(), h.number(), h.echo(), 0, h.role(), h.leader(), false, true, h.last(), 2, index, hash, 0);
    }
}
