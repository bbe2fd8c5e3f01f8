package dev.concord.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.protocol.Examples;
import dev.concord.protocol.History;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.Meta;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.PeerMessage.Claim;
import dev.concord.protocol.PeerMessage.Promise;
import dev.concord.protocol.PeerMessage.SeqAck;
import dev.concord.protocol.PeerMessage.SeqChat;
import dev.concord.protocol.Term;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Node 1 has lost acknowledged entries and gets them back from node 3, leader of term 1 (P1 to P3). What is
/// left of its log are a configuration of 1, 2, 3 and the no-op of 3.
class RepairTests {
    private final History history = Rig.founded(Examples.voters(1, 2, 3), 3);
    private final Rig member = Rig.inRepair(history.upTo(2), 1, 2);

    @Test
    @DisplayName("P1: neither its acknowledgements nor its promises count")
    void countsForNothing() {
        replicate(2, history.chat(1, "a"));
        member.persist();
        assertThat(acks()).extracting(SeqAck::intact).containsExactly(false);

        member.sleep(Rig.SETTINGS.leaderTimeout());
        member.hear(2, new Claim(new Term(2), new Term(2), false, NodeId.NONE, Term.ZERO));
        member.persist();
        assertThat(member.sent(2, Promise.class)).extracting(Promise::granted).containsExactly(true);
        assertThat(member.sent(2, Promise.class)).extracting(Promise::intact).containsExactly(false);
    }

    @Test
    @DisplayName("P1: never claims to lead, whoever is missing")
    void neverClaims() {
        for (int i = 0; i < 100; i++) {
            member.keepUp(2);
            member.pass(Duration.ofMillis(200));
        }

        assertThat(member.sent(2, Claim.class)).isEmpty();
        assertThat(member.status().repairing()).isTrue();
    }

    @Test
    @DisplayName("P3: counts again once it has reached the target and has noted so, both durably")
    void countsAgainAtTheTarget() {
        member.linkUp(3);
        hearTarget(4);
        replicate(2, history.chat(1, "a"), history.chat(1, "b"));
        assertThat(flags()).isEmpty();

        member.step(new Event.Persisted(1)); // the entries
        assertThat(flags()).containsExactly(false);
        assertThat(acks()).extracting(SeqAck::intact).doesNotContain(true);

        member.persist();
        assertThat(acks().getLast().intact()).isTrue();
        assertThat(acks().getLast().matchIndex()).isEqualTo(4);
        assertThat(member.status().repairing()).isFalse();
    }

    @Test
    @DisplayName("trap 13: does not count before the target, wherever the term began")
    void doesNotCountBeforeTheTarget() {
        member.linkUp(3);
        hearTarget(4);
        replicate(2, history.chat(1, "a"));
        member.persist();

        assertThat(flags()).isEmpty();
    }

    @Test
    @DisplayName("P2: does not believe a target that was meant for an earlier boot")
    void ignoresTheTargetOfAnEarlierBoot() {
        member.linkUp(3);
        for (long echo : List.of(0L, member.lastNumber(3) - 1_000, member.lastNumber(3) + 1_000)) {
            member.hear(3, member.naming(3, 3, echo));
        }
        replicate(2, history.chat(1, "a"));
        member.persist();
        assertThat(flags()).isEmpty();

        hearTarget(3);
        assertThat(flags()).containsExactly(false);
    }

    @Test
    @DisplayName("S3: says that it is whole in a later term only once that term is durable")
    void acknowledgesInALaterTermOnceThatIsDurable() {
        member.linkUp(2, 3);
        hearTarget(4);
        replicate(2, history.chat(1, "a"), history.chat(1, "b"));
        member.step(new Event.Persisted(1)); // the entries; the flag is under way
        Term next = new Term(2);
        member.hear(2, new SeqChat(next, new NodeId(2), 4, history.termAt(4), history.hashAt(4), 0, List.of()));
        member.step(new Event.Persisted(2)); // the flag; the term is under way
        assertThat(member.sent(2, SeqAck.class)).isEmpty();

        member.persist();
        assertThat(member.sent(2, SeqAck.class)).extracting(SeqAck::matchIndex).contains(4L);
    }

    @Test
    @DisplayName("P3: does not count entries that are not verified in the present term")
    void verifiesInThePresentTerm() {
        member.linkUp(3);
        replicate(2, history.chat(1, "a"));
        member.persist();
        Term next = new Term(2);
        member.hear(3, Rig.leading(member.naming(3, 3, member.lastNumber(3)), next));
        member.persist();

        assertThat(flags()).containsOnly(true);
    }

    private void hearTarget(long index) {
        member.hear(3, member.naming(3, index, member.lastNumber(3)));
    }

    private void replicate(long previous, LogEntry... entries) {
        member.hear(
                3,
                new SeqChat(
                        member.node.currentTerm(),
                        new NodeId(3),
                        previous,
                        history.termAt(previous),
                        history.hashAt(previous),
                        0,
                        List.of(entries)));
    }

    private List<SeqAck> acks() {
        return member.sent(3, SeqAck.class);
    }

    private List<Boolean> flags() {
        return member.ordered(Effect.WriteMeta.class).stream()
                .map(Effect.WriteMeta::meta)
                .map(Meta::repairing)
                .toList();
    }
}
