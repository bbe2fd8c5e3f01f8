package dev.concord.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class MessageSenderTests {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration NO_PATIENCE = Duration.ZERO;

    private final FakeCluster cluster = new FakeCluster();
    private final FakeNode first = new FakeNode(cluster);
    private final FakeNode second = new FakeNode(cluster);

    @AfterEach
    void stop() {
        first.close();
        second.close();
    }

    @Nested
    class OneMessage {
        @Test
        void getsItsSeq() {
            assertThat(sender(PATIENCE).send(draft("hello"))).isEqualTo(new SendResult.Sent(1));
        }

        @Test
        void isTriedAtTheNextNodeWhenOneHasNoQuorum() {
            first.failing(503, "no-quorum");

            assertThat(sender(PATIENCE).send(draft("hello"))).isEqualTo(new SendResult.Sent(1));
        }

        @Test
        void whoseOutcomeIsUnknownIsSentAgainWithTheSameId() {
            first.storingWithoutAnswer();

            assertThat(sender(PATIENCE).send(draft("hello"))).isEqualTo(new SendResult.Sent(1));
            assertThat(cluster.commit()).isEqualTo(1);
            assertThat(cluster.submittedIds())
                    .hasSize(2)
                    .containsOnly(cluster.submittedIds().getFirst());
        }

        @Test
        void goesToTheNextNodeWhenTheFirstIsDown() {
            first.close();

            assertThat(sender(PATIENCE).send(draft("hello"))).isEqualTo(new SendResult.Sent(1));
        }

        @Test
        void thatIsRefusedIsNotTriedAgain() {
            first.failing(422, "key-reused");

            assertThat(sender(PATIENCE).send(draft("hello")))
                    .isInstanceOfSatisfying(
                            SendResult.Refused.class,
                            refused -> assertThat(refused.problem().code()).isEqualTo("key-reused"));
            assertThat(cluster.commit()).isZero();
        }

        @Test
        void isReportedAsUnknownWhenThePatienceEndsAfterAnUnknownOutcome() {
            first.storingWithoutAnswer();

            assertThat(sender(NO_PATIENCE).send(draft("hello"))).isInstanceOf(SendResult.Unknown.class);
        }

        @Test
        void isReportedAsRefusedWhenThePatienceEndsAndItIsSurelyNotStored() {
            first.failing(503, "no-quorum");

            assertThat(sender(NO_PATIENCE).send(draft("hello"))).isInstanceOf(SendResult.Refused.class);
        }

        @Test
        void findsNobodyAfterOneRound() {
            first.close();
            second.close();

            assertThat(sender(PATIENCE).send(draft("hello"))).isInstanceOf(SendResult.Unreachable.class);
        }
    }

    @Nested
    class ManyMessages {
        private final List<SendResult> results = new ArrayList<>();

        @Test
        void keepTheirOrder() {
            int done = sendAll(PATIENCE, drafts(MessageSender.MAX_BULK_MESSAGES));

            assertThat(done).isEqualTo(MessageSender.MAX_BULK_MESSAGES);
            assertThat(results).startsWith(new SendResult.Sent(1), new SendResult.Sent(2));
            assertThat(cluster.message(7)).contains("\"text\":\"line 7\"");
        }

        @Test
        void goOnBehindOneThatIsRefused() {
            sendAll(PATIENCE, List.of(draft("one"), draft("forbidden"), draft("three")));

            assertThat(results).hasSize(3);
            assertThat(results.get(1)).isInstanceOf(SendResult.Refused.class);
            assertThat(results.get(2)).isEqualTo(new SendResult.Sent(2));
        }

        @Test
        void goOnAtTheNextNodeWhereTheConnectionBrokeAndNoneIsStoredTwice() {
            first.cuttingAfter(40);

            sendAll(PATIENCE, drafts(100));

            assertThat(results).hasSize(100).allMatch(result -> result instanceof SendResult.Sent);
            assertThat(results)
                    .extracting(result -> ((SendResult.Sent) result).seq())
                    .isSorted();
            assertThat(cluster.commit()).isEqualTo(100);
        }

        @Test
        void stopWhenAllNodesRefuseForGood() {
            first.failing(503, "no-quorum");

            int done = sendAll(NO_PATIENCE, drafts(10));

            assertThat(done).isEqualTo(1);
            assertThat(results).singleElement().isInstanceOf(SendResult.Refused.class);
        }

        private int sendAll(Duration patience, List<Draft> drafts) {
            return sender(patience).sendAll(drafts, (position, result) -> {
                assertThat(position).isEqualTo(results.size());
                results.add(result);
            });
        }

        private static List<Draft> drafts(int count) {
            return IntStream.rangeClosed(1, count)
                    .mapToObj(i -> draft("line " + i))
                    .toList();
        }
    }

    private MessageSender sender(Duration patience) {
        return new MessageSender(List.of(first.api(), second.api()), patience);
    }

    private static Draft draft(String text) {
        return Draft.of(null, "ada", text);
    }
}
