package dev.concord.cli.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.cli.lab.ProtocolView.Line;
import dev.concord.client.NodeLab.TracedMessage;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Two notes become one line, whichever is read first.
class ProtocolViewTests {
    private final ProtocolView view = new ProtocolView();
    private long number;

    @Test
    void whatWasSentAndReceivedIsOneLine() {
        sent(1, 2, "ELECTION", "10");
        received(1, 2, "ELECTION", "12");

        assertThat(view.after(0)).singleElement().satisfies(line -> {
            assertThat(line.type()).isEqualTo("ELECTION");
            assertThat(line.from()).isEqualTo(1);
            assertThat(line.to()).isEqualTo(2);
            assertThat(line.sentAt()).isEqualTo("10");
            assertThat(line.receivedAt()).isEqualTo("12");
        });
    }

    @Test
    void theReceiptMayBeReadFirst() {
        received(1, 2, "ELECTION", "12");
        sent(1, 2, "ELECTION", "10");

        assertThat(view.after(0)).extracting(Line::sentAt).containsExactly("10");
        assertThat(view.after(0)).extracting(Line::receivedAt).containsExactly("12");
    }

    @Test
    void aLostMessageHasNoReceiptAndOneOfADeadNodeNoSender() {
        sent(2, 3, "CLAIM", "10");
        received(3, 1, "COORDINATOR", "11");

        assertThat(view.after(0)).extracting(Line::receivedAt).containsExactly(null, "11");
        assertThat(view.after(0)).extracting(Line::sentAt).containsExactly("10", null);
    }

    @Test
    void aReceiptBelongsToTheLastOfSeveralThatSaidTheSame() {
        sent(3, 2, "COORDINATOR", "10");
        sent(3, 2, "COORDINATOR", "20");
        received(3, 2, "COORDINATOR", "21");

        assertThat(view.after(0)).extracting(Line::receivedAt).containsExactly(null, "21");
    }

    @Test
    void alsoWhenTheReceiptIsReadBeforeTheRepetition() {
        sent(3, 2, "COORDINATOR", "10");
        received(3, 2, "COORDINATOR", "21");
        sent(3, 2, "COORDINATOR", "20");

        assertThat(view.after(0)).extracting(Line::sentAt).containsExactly("10", "20");
        assertThat(view.after(0)).extracting(Line::receivedAt).containsExactly(null, "21");
    }

    @Test
    void twoThatArriveKeepTheirReceipts() {
        sent(3, 2, "COORDINATOR", "10");
        received(3, 2, "COORDINATOR", "11");
        sent(3, 2, "COORDINATOR", "20");
        received(3, 2, "COORDINATOR", "21");

        assertThat(view.after(0)).extracting(Line::receivedAt).containsExactly("11", "21");
    }

    @Test
    void whoHasSeenAVersionGetsWhatChangedSince() {
        sent(1, 2, "ELECTION", "10");
        long seen = view.version();
        assertThat(view.after(seen)).isEmpty();

        received(1, 2, "ELECTION", "12");
        view.note(3, "killed");

        assertThat(view.after(seen)).extracting(Line::type).containsExactly("ELECTION", ProtocolView.LAB);
    }

    @Test
    void onlyTheNewestLinesAreKept() {
        for (int i = 0; i < ProtocolView.MAX_LINES + 7; i++) {
            sent(1, 2, "ELECTION", String.format("%06d", i));
        }

        assertThat(view.after(0)).hasSize(ProtocolView.MAX_LINES);
        assertThat(view.after(0).getFirst().sentAt()).isEqualTo("000007");
    }

    private void sent(int from, int to, String type, String at) {
        view.add(from, new TracedMessage(++number, at, true, to, type, 4, Map.of("round", 1L)));
    }

    private void received(int from, int to, String type, String at) {
        view.add(to, new TracedMessage(++number, at, false, from, type, 4, Map.of("round", 1L)));
    }
}
