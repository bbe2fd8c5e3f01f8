package dev.concord.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class HistoryReaderTests {
    private final FakeCluster cluster = new FakeCluster();
    private final FakeNode first = new FakeNode(cluster);
    private final FakeNode second = new FakeNode(cluster);

    @AfterEach
    void stop() {
        first.close();
        second.close();
    }

    @Test
    void endsAtTheCommitPointOfItsStart() throws IOException, ProblemException {
        cluster.with(10);
        HistoryReader history = open(null, 0);
        cluster.with(5);

        assertThat(readAll(history))
                .isEqualTo(LongStream.rangeClosed(1, 10).boxed().toList());
    }

    @Test
    void beginsBehindAMessage() throws IOException, ProblemException {
        cluster.with(10);

        assertThat(readAll(open(null, 8))).containsExactly(9L, 10L);
    }

    @Test
    void ofAnEmptyClusterIsEmpty() throws IOException, ProblemException {
        assertThat(readAll(open(null, 0))).isEmpty();
    }

    @Test
    void goesOnWhereANodeEndedItsAnswer() throws IOException, ProblemException {
        cluster.with(100);
        first.endingAfter(7);

        assertThat(readAll(open(null, 0)))
                .isEqualTo(LongStream.rangeClosed(1, 100).boxed().toList());
    }

    @Test
    void goesOnAtTheNextNodeWhereTheConnectionBroke() throws IOException, ProblemException {
        cluster.with(100);
        first.cuttingAfter(30);

        assertThat(readAll(open(null, 0)))
                .isEqualTo(LongStream.rangeClosed(1, 100).boxed().toList());
    }

    @Test
    void ofARoomIsComplete() throws IOException, ProblemException {
        for (int i = 0; i < 10; i++) {
            cluster.say(i % 3 == 0 ? "ops" : "general", "x");
        }
        first.endingAfter(2);

        assertThat(readAll(open("ops", 0))).containsExactly(1L, 4L, 7L, 10L);
    }

    @Test
    void failsRatherThanLeaveAMessageOut() throws IOException, ProblemException {
        cluster.with(10);
        first.withoutMessage(4);
        second.withoutMessage(4);
        HistoryReader history = HistoryReader.open(List.of(first.api(), second.api()), null, 0, Duration.ofMillis(50));

        assertThatThrownBy(() -> readAll(history))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("the history ends behind message 3 of 10")
                .hasMessageContaining("gave message 5 behind 3");
    }

    @Test
    void saysWhenTheHistoryWasRemoved() throws IOException, ProblemException {
        cluster.with(10);
        HistoryReader history = open(null, 0);
        first.failing(410, "removed");

        assertThatThrownBy(() -> readAll(history)).isInstanceOf(ProblemException.class);
    }

    @Test
    @DisplayName("C5: tells which messages retention removed, and goes on behind them")
    void goesOnBehindWhatWasRemoved() throws IOException, ProblemException {
        cluster.with(10);
        first.withoutMessagesBefore(8);
        second.withoutMessagesBefore(8);

        assertThat(readAll(open(null, 2))).containsExactly(-3L, -7L, 8L, 9L, 10L);
    }

    private HistoryReader open(String room, long after) throws IOException, ProblemException {
        return HistoryReader.open(List.of(first.api(), second.api()), room, after, Duration.ofSeconds(10));
    }

    private static List<Long> readAll(HistoryReader history) throws IOException, ProblemException {
        List<Long> seqs = new ArrayList<>();
        history.readAll(new HistoryReader.Sink() {
            @Override
            public void message(Message message) {
                seqs.add(message.seq());
            }

            @Override
            public void removed(long from, long to) {
                seqs.add(-from);
                seqs.add(-to);
            }
        });
        return seqs;
    }
}
