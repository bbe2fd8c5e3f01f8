package dev.concord.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.protocol.Address;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.PeerMessage;
import dev.concord.protocol.Term;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What a node in a lab remembers of its elections.
class ElectionTraceTests {
    private static final NodeId PEER = new NodeId(2);

    private final ElectionTrace trace = new ElectionTrace();

    @Test
    void messagesAreNumberedInTheirOrderInBothDirections() {
        trace.sent(PEER, election(1));
        trace.received(PEER, ok(1));

        assertThat(trace.after(0)).extracting(ElectionTrace.Traced::number).containsExactly(1L, 2L);
        assertThat(trace.after(0)).extracting(ElectionTrace.Traced::sent).containsExactly(true, false);
        assertThat(trace.after(1)).extracting(ElectionTrace.Traced::message).containsExactly(ok(1));
        assertThat(trace.last()).isEqualTo(2);
    }

    @Test
    void whatIsNoPartOfAnElectionIsNotKept() {
        trace.received(PEER, new PeerMessage.ChatAck(new Term(1), 1, List.of()));

        assertThat(trace.after(0)).isEmpty();
    }

    @Test
    void onlyTheNewestAreKept() {
        for (int i = 1; i <= ElectionTrace.MAX_MESSAGES + 3; i++) {
            trace.sent(PEER, election(i));
        }

        assertThat(trace.after(0)).hasSize(ElectionTrace.MAX_MESSAGES);
        assertThat(trace.after(0).getFirst().number()).isEqualTo(4);
    }

    private static PeerMessage election(int round) {
        return new PeerMessage.Election(new Term(1), round, PeerMessage.ElectionReason.SUSPECT);
    }

    private static PeerMessage ok(int round) {
        return new PeerMessage.ElectionOk(
                new Term(1), round, PeerMessage.Verdict.TAKING_OVER, NodeId.NONE, Address.NONE);
    }
}
