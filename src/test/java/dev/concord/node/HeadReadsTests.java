package dev.concord.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.protocol.Examples;
import dev.concord.protocol.PeerMessage.CatchupMode;
import dev.concord.protocol.PeerMessage.CatchupReq;
import dev.concord.protocol.PeerMessage.CatchupResp;
import dev.concord.protocol.PeerMessage.CatchupStatus;
import dev.concord.protocol.PeerMessage.Heartbeat;
import dev.concord.protocol.Role;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// D3, C4: how far committed history reaches, confirmed by a majority. Node 3 leads 1, 2 and 3.
class HeadReadsTests {
    private final Rig leader = Rig.startedOn(Rig.founded(Examples.voters(1, 2, 3), 3), 3, 2);

    @Test
    @DisplayName("D3: is answered by an echo of a heartbeat that left after the question, not by an earlier one")
    void waitsForAnEchoOfALaterHeartbeat() {
        leader.lead(1, 2);
        leader.ack(1, 3);
        Heartbeat stale = leader.heartbeat(1, Role.FOLLOWER, 3); // echoes what was sent before the question
        ask();
        leader.hear(1, stale);
        assertThat(heads()).isEmpty();

        leader.hear(1, leader.heartbeat(1, Role.FOLLOWER, 3));
        assertThat(heads()).containsExactly(new Effect.AnswerHead(1, 3));
    }

    @Test
    @DisplayName("D3: is not confirmed by a member that is in another term")
    void isNotConfirmedFromAnotherTerm() {
        leader.lead(1, 2);
        leader.ack(1, 3);
        ask();
        leader.hear(
                1,
                Rig.leading(
                        leader.heartbeat(1, Role.FOLLOWER, 3),
                        leader.node.currentTerm().next()));

        assertThat(heads()).isEmpty();
    }

    @Test
    @DisplayName("D3: is not given before an entry of the leader's own term is committed")
    void isNotGivenBeforeTheTermHasACommit() {
        leader.lead(1, 2);
        ask();

        assertThat(heads()).containsExactly(new Effect.AnswerHead(1, -1));
    }

    @Test
    @DisplayName("D3: is not taken from an answer to an earlier boot, which may be older than the question")
    void isNotTakenFromAnAnswerToAnEarlierBoot() {
        Rig follower = Rig.startedOn(Rig.founded(Examples.voters(1, 2, 3), 3), 1, 2);
        follower.hear(3, follower.heartbeat(3, Role.LEADER, 2));
        follower.step(new Event.HeadRequested(
                1, follower.now().nanos() + Rig.SETTINGS.submitTimeout().toNanos()));
        long asked = follower.sent(3, CatchupReq.class).getLast().requestId();
        for (long early = 1; early <= 3; early++) {
            follower.hear(3, head(follower, early, 1));
        }
        assertThat(follower.ordered(Effect.AnswerHead.class)).isEmpty();

        follower.hear(3, head(follower, asked, 2));
        assertThat(follower.ordered(Effect.AnswerHead.class)).containsExactly(new Effect.AnswerHead(1, 2));
    }

    private static CatchupResp head(Rig follower, long request, long commit) {
        return new CatchupResp(
                follower.node.currentTerm(),
                CatchupMode.HEAD,
                request,
                CatchupStatus.OK,
                1,
                commit,
                false,
                1,
                List.of());
    }

    @Test
    @DisplayName("D3: is not given when the deadline passes")
    void isNotGivenAfterTheDeadline() {
        leader.lead(1, 2);
        leader.ack(1, 3);
        ask();
        leader.pass(Rig.SETTINGS.leaderTimeout().multipliedBy(2));

        assertThat(heads()).containsExactly(new Effect.AnswerHead(1, -1));
    }

    @Test
    @DisplayName("I17: more questions than may be open are not confirmed")
    void doesNotCollectQuestionsWithoutEnd() {
        leader.lead(1, 2);
        leader.ack(1, 3);
        for (int i = 0; i <= HeadReads.MAX_OPEN; i++) {
            ask();
        }

        assertThat(heads()).containsExactly(new Effect.AnswerHead(1, -1));
    }

    private void ask() {
        leader.step(new Event.HeadRequested(1, leader.now().nanos() + 1_000_000_000L));
    }

    private List<Effect.AnswerHead> heads() {
        return leader.ordered(Effect.AnswerHead.class);
    }
}
