package dev.concord.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.protocol.Configuration;
import dev.concord.protocol.Examples;
import dev.concord.protocol.Role;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// When clients may be sent to a node after its start.
class FreshnessTests {
    private static final Configuration THREE = Examples.voters(1, 2, 3);
    /// What the node has on its disk.
    private static final long OWN = 2;

    private final Rig node = Rig.startedOn(Rig.founded(THREE, 3), 1, OWN);

    private boolean isStale() {
        return node.status().stale();
    }

    /// Heartbeats of the leader for so long, which say how far the log is committed.
    private void follow(long commitIndex, Duration time) {
        for (Duration past = Duration.ZERO; past.compareTo(time) < 0; past = past.plus(Rig.SETTINGS.heartbeat())) {
            node.hear(3, node.heartbeat(3, Role.LEADER, commitIndex));
            node.pass(Rig.SETTINGS.heartbeat());
        }
    }

    @Test
    void aNodeFarBehindIsStaleUntilItIsLevelAndNeverAgain() {
        node.linkUp(3);
        follow(OWN + Freshness.LEVEL_WITHIN + 1, Freshness.PATIENCE.multipliedBy(3));
        assertThat(isStale()).isTrue();

        follow(OWN + Freshness.LEVEL_WITHIN, Rig.SETTINGS.heartbeat());
        assertThat(isStale()).isFalse();

        follow(OWN + 10 * Freshness.LEVEL_WITHIN, Freshness.PATIENCE);
        assertThat(isStale()).isFalse();
    }

    @Test
    void aNodeShowsWhatItHasWhereNobodyLeadsForAWhile() {
        assertThat(isStale()).isTrue();

        node.pass(Freshness.PATIENCE.minusMillis(1));
        assertThat(isStale()).isTrue();
        node.pass(Duration.ofMillis(1));
        assertThat(isStale()).isFalse();
    }

    @Test
    void theFirstLeaderThatComesLateMakesItStaleAgain() {
        node.pass(Freshness.PATIENCE);
        assertThat(isStale()).isFalse();

        node.linkUp(3);
        follow(OWN + Freshness.LEVEL_WITHIN + 1, Duration.ofSeconds(1));
        assertThat(isStale()).isTrue();
    }

    @Test
    void whatTheLeaderSaidAsAFollowerDoesNotCount() {
        node.linkUp(3);
        node.hear(3, node.heartbeat(3, Role.FOLLOWER, OWN));
        node.pass(Rig.SETTINGS.heartbeat());

        assertThat(isStale()).isTrue();
    }

    @Test
    void aLeaderIsFresh() {
        Rig leader = Rig.startedOn(Rig.founded(THREE, 3), 3, OWN);
        leader.lead(1, 2);
        leader.pass(Rig.SETTINGS.heartbeat());

        assertThat(leader.status().stale()).isFalse();
    }
}
