package dev.concord.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.protocol.Examples;
import dev.concord.protocol.PeerMessage.Heartbeat;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// S8: node 3 leads 1 and 2, and its disk is almost full.
class FullDiskTests {
    private static final Event FULL = new Event.DiskSpaceChanged(true, "full");
    private static final Event FREE = new Event.DiskSpaceChanged(false, "free");

    private final Rig leader = Rig.startedOn(Rig.founded(Examples.voters(1, 2, 3), 3), 3, 2);

    FullDiskTests() {
        leader.lead(1, 2);
        leader.forget();
    }

    @Test
    void refusesNewMessagesAndSaysWhy() {
        leader.step(FULL);
        leader.submit("a");

        assertThat(leader.answers())
                .hasExactlyElementsOfTypes(SubmitResult.NotAppended.class)
                .first()
                .extracting(r -> ((SubmitResult.NotAppended) r).reason())
                .isEqualTo(SubmitResult.Reason.DISK_FULL);
        assertThat(leader.status().writable()).isFalse();
    }

    @Test
    @DisplayName("E2: cannot lead, and tells everybody at once")
    void cannotLead() {
        leader.step(FULL);

        List<Heartbeat> told = leader.sent(2, Heartbeat.class);
        assertThat(told).isNotEmpty();
        assertThat(told.getLast().canLead()).isFalse();
    }

    @Test
    void takesMessagesAgainWhenThereIsSpace() {
        leader.step(FULL);
        leader.step(FREE);
        leader.submit("a");

        assertThat(leader.answers()).isEmpty(); // it waits until the handover that had begun is over
        assertThat(self().canLead()).isTrue();
    }

    private NodeStatus.MemberStatus self() {
        return leader.status().members().getLast();
    }
}
