package dev.concord.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReplicaComparisonTests {
    private final FakeCluster one = new FakeCluster().with(20);
    private final FakeCluster other = new FakeCluster().with(20);
    private final FakeNode first = new FakeNode(one);
    private final FakeNode second = new FakeNode(other);

    @AfterEach
    void stop() {
        first.close();
        second.close();
    }

    @Test
    void findsEqualReplicasEqual() {
        ReplicaComparison.Outcome outcome = compare();

        assertThat(outcome.difference()).isEmpty();
        assertThat(outcome.compared()).containsExactly(first.url(), second.url());
        assertThat(outcome.messages()).isEqualTo(20);
    }

    @Test
    void namesTheFirstMessageThatDiffers() {
        other.corrupt(7, other.message(7).replace("hello", "hullo"));
        other.corrupt(9, other.message(9).replace("hello", "hullo"));

        assertThat(compare().difference())
                .startsWith("message 7 differs: " + first.url() + " has {")
                .contains("hullo 7");
    }

    @Test
    void namesTheMessageThatIsMissing() {
        second.withoutMessage(5);

        assertThat(compare().difference()).isEqualTo(second.url() + " gave message 6 behind 4");
    }

    @Test
    void namesTheMessageThatIsThereTwice() {
        String twice = one.message(3).replace("\"seq\":3", "\"seq\":12");
        one.corrupt(12, twice);
        other.corrupt(12, twice);

        assertThat(compare().difference()).isEqualTo("message 12 has the id of message 3: id-3");
    }

    @Test
    void comparesTheOthersWhenOneIsDown() {
        second.close();

        ReplicaComparison.Outcome outcome = compare();

        assertThat(outcome.difference()).isEmpty();
        assertThat(outcome.compared()).containsExactly(first.url());
        assertThat(outcome.unread()).containsOnlyKeys(second.url());
    }

    private ReplicaComparison.Outcome compare() {
        return new ReplicaComparison(List.of(first.url(), second.url()), 20).run(seq -> {});
    }
}
