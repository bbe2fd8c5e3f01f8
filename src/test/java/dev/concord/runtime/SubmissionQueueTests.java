package dev.concord.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.node.SubmitResult;
import dev.concord.protocol.ChatBody;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Messages of clients on their way to the event loop.
class SubmissionQueueTests {
    private final List<SubmitResult> answers = new ArrayList<>();
    private final SubmissionQueue queue = new SubmissionQueue(RuntimeObserver.NONE);

    private boolean offer(int number) {
        ChatBody body = ChatBody.of("m" + number, "", "general", "ada", "hello");
        return queue.offer(1, body, -1, Duration.ofSeconds(5), answers::add);
    }

    @Test
    @DisplayName("X6: holds so many and no more, gives them out in portions, and then takes as many again")
    void isLimited() {
        for (int i = 0; i < SubmissionQueue.MAX_WAITING; i++) {
            assertThat(offer(i)).isTrue();
        }
        assertThat(offer(SubmissionQueue.MAX_WAITING)).isFalse();
        assertThat(queue.waiting()).isEqualTo(SubmissionQueue.MAX_WAITING);

        assertThat(queue.take()).hasSize(SubmissionQueue.MAX_PER_STEP);
        for (int i = 0; i < SubmissionQueue.MAX_PER_STEP; i++) {
            assertThat(offer(i)).isTrue();
        }
        assertThat(offer(0)).isFalse();
    }
}
