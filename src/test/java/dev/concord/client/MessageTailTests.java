package dev.concord.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class MessageTailTests {
    private final FakeCluster cluster = new FakeCluster();
    private final FakeNode first = new FakeNode(cluster);
    private final FakeNode second = new FakeNode(cluster);

    @AfterEach
    void stop() {
        first.close();
        second.close();
    }

    @Test
    void beginsWithTheNewestAndGoesOnBehindThem() throws IOException, ProblemException {
        cluster.with(30);
        MessageTail tail = tail(null);

        assertThat(tail.newest(3)).extracting(Message::seq).containsExactly(28L, 29L, 30L);
        cluster.with(2);
        assertThat(follow(tail, 2, () -> {}).seqs).containsExactly(31L, 32L);
    }

    @Test
    void loosesAndRepeatsNothingWhenTheNodeCutsTheConnection() throws IOException, ProblemException {
        cluster.with(50);
        first.cuttingAfter(20);

        Collected collected = follow(tail(null), 50, () -> {});

        assertThat(collected.seqs)
                .isEqualTo(LongStream.rangeClosed(1, 50).boxed().toList());
        assertThat(collected.losses).isEqualTo(1);
    }

    @Test
    void goesToTheNextNodeWhenTheFirstDies() throws IOException, ProblemException {
        cluster.with(5);

        Collected collected = follow(tail(null), 10, () -> {
            first.close();
            cluster.with(5);
        });

        assertThat(collected.seqs)
                .isEqualTo(LongStream.rangeClosed(1, 10).boxed().toList());
    }

    @Test
    void turnsAwayFromANodeThatLeavesOutAMessage() throws IOException, ProblemException {
        cluster.with(10);
        first.withoutMessage(4);

        assertThat(follow(tail(null), 10, () -> {}).seqs)
                .isEqualTo(LongStream.rangeClosed(1, 10).boxed().toList());
    }

    @Test
    void ofARoomSeesOnlyThatRoom() throws IOException, ProblemException {
        cluster.with(2);
        cluster.say("ops", "down");
        cluster.with(1);
        cluster.say("ops", "up");

        assertThat(follow(tail("ops"), 2, () -> {}).seqs).containsExactly(3L, 5L);
    }

    @Test
    void endsWhenItsStartIsNoLongerThere() {
        first.failing(410, "removed");

        assertThatThrownBy(() -> follow(tail(null), 1, () -> {})).isInstanceOf(ProblemException.class);
    }

    @Test
    @DisplayName("C5: tells which messages retention removed, and goes on behind them")
    void goesOnBehindWhatWasRemoved() throws IOException, ProblemException {
        cluster.with(10);
        first.withoutMessagesBefore(8);
        second.withoutMessagesBefore(8);

        Collected collected = follow(tail(null), 3, () -> {});

        assertThat(collected.removed).containsExactly("1 to 7");
        assertThat(collected.seqs).containsExactly(8L, 9L, 10L);
    }

    @Test
    void findsNobody() {
        first.close();
        second.close();

        assertThatThrownBy(() -> tail(null).newest(1)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> follow(tail(null), 1, () -> {})).isInstanceOf(IOException.class);
    }

    private MessageTail tail(String room) {
        return new MessageTail(List.of(first.api(), second.api()), room);
    }

    private static Collected follow(MessageTail tail, int count, Runnable inTheMiddle)
            throws IOException, ProblemException {
        Collected collected = new Collected(count, inTheMiddle);
        tail.follow(collected);
        return collected;
    }

    private static final class Collected implements MessageTail.Follower {
        private final List<Long> seqs = new ArrayList<>();
        private final int count;
        private final Runnable inTheMiddle;
        private final List<String> removed = new ArrayList<>();
        private int losses;

        Collected(int count, Runnable inTheMiddle) {
            this.count = count;
            this.inTheMiddle = inTheMiddle;
        }

        @Override
        public void message(Message message) {
            seqs.add(message.seq());
            if (seqs.size() == count / 2) {
                inTheMiddle.run();
            }
        }

        @Override
        public void removed(long from, long to) {
            removed.add(from + " to " + to);
        }

        @Override
        public void lost(String why) {
            losses++;
        }

        @Override
        public void resumed(String url) {}

        @Override
        public boolean isDone() {
            return seqs.size() == count;
        }
    }
}
