package dev.concord.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.protocol.ChatBody;
import dev.concord.protocol.Examples;
import dev.concord.protocol.History;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.PeerMessage;
import dev.concord.protocol.PeerMessage.AckReason;
import dev.concord.protocol.PeerMessage.Chat;
import dev.concord.protocol.PeerMessage.SeqAck;
import dev.concord.protocol.PeerMessage.SeqChat;
import dev.concord.protocol.ProtocolSettings;
import dev.concord.protocol.Term;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Node 3 leads and has 20 MB of log, most of it on the disk only. Node 1 comes back with nothing of it.
@DisplayName("R8: a node that leads feeds a member that comes back")
class PacedCatchupTests {
    private static final int ENTRIES = 2_000;
    private static final int ENTRY_BYTES = 10_000;
    private static final int BYTES_PER_SECOND = 10_000_000;
    private static final Duration HALF_A_SECOND = Duration.ofMillis(500);

    private final History history = Rig.founded(Examples.voters(1, 2, 3), 3);
    private final Rig leader;
    private int servedReads;
    private int served;
    private long held;

    PacedCatchupTests() {
        for (int i = 0; i < ENTRIES; i++) {
            history.chat(1, ChatBody.of("m" + i, "", "general", "ada", "x".repeat(ENTRY_BYTES)));
        }
        ProtocolSettings s = Rig.SETTINGS;
        leader = Rig.startedOn(
                history,
                3,
                history.last().index(),
                s.with(s.submitTimeout(), s.preemptStable(), s.dedupWindow(), 0, BYTES_PER_SECOND));
        leader.lead(1, 2);
        leader.ack(2, history.last().index() + 1);
        leader.step(new Event.LinksClosed(Examples.member(1), Examples.boot(1)));
        leader.step(new Event.LinkOpened(leader.hello(Examples.member(1), Examples.boot(11))));
        serve();
    }

    @Test
    @DisplayName("at its pace, and wakes for that by itself")
    void atItsPace() {
        long before = held;
        pass(HALF_A_SECOND);

        long bytes = (held - before) * ENTRY_BYTES;
        assertThat(bytes).isBetween(BYTES_PER_SECOND * 4L / 10, BYTES_PER_SECOND * 7L / 10);
    }

    @Test
    @DisplayName("at once, when clients of it wait for an answer")
    void atOnceWhenItsClientsWait() {
        hearFromOne(new Chat(leader.node.currentTerm(), 1, 1, -1, List.of(Examples.body("a"))));
        serve();

        assertThat(held).isGreaterThan(history.last().index());
    }

    /// Time passes, and what the leader orders meanwhile is done at once.
    private void pass(Duration time) {
        for (long ms = 0; ms < time.toMillis(); ms++) {
            leader.pass(Duration.ofMillis(1));
            serve();
        }
    }

    private void serve() {
        List<Effect.ReadLog> reads = leader.ordered(Effect.ReadLog.class);
        List<SeqChat> messages = leader.sent(1, SeqChat.class);
        while (servedReads < reads.size() || served < messages.size()) {
            if (served < messages.size()) {
                answer(messages.get(served++));
            } else {
                Effect.ReadLog read = reads.get(servedReads++);
                leader.step(new Event.LogRead(read.readId(), page(read.fromIndex(), read.maxBytes())));
            }
            reads = leader.ordered(Effect.ReadLog.class);
            messages = leader.sent(1, SeqChat.class);
        }
    }

    private void answer(SeqChat chat) {
        if (chat.prevIndex() == 0 && chat.entries().isEmpty()) {
            return; // tells the commit index
        }
        boolean fits = chat.prevIndex() <= held;
        held = fits ? Math.max(held, chat.prevIndex() + chat.entries().size()) : held;
        AckReason reason = fits ? AckReason.NONE : AckReason.GAP;
        hearFromOne(new SeqAck(leader.node.currentTerm(), fits, fits ? held : 0, true, reason, held, Term.ZERO, 0));
    }

    private void hearFromOne(PeerMessage message) {
        leader.step(new Event.Received(Examples.member(1), Examples.boot(11), message));
    }

    private List<LogEntry> page(long from, int maxBytes) {
        List<LogEntry> page = new ArrayList<>();
        int bytes = 0;
        for (long index = from; index <= history.last().index() && (page.isEmpty() || bytes < maxBytes); index++) {
            page.add(history.get(index));
            bytes += history.get(index).sizeInBytes();
        }
        return page;
    }
}
