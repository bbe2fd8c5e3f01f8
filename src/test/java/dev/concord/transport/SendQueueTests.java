package dev.concord.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.protocol.ChainHash;
import dev.concord.protocol.Channel;
import dev.concord.protocol.ChatBody;
import dev.concord.protocol.LogPosition;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.PeerMessage;
import dev.concord.protocol.PeerMessage.Chat;
import dev.concord.protocol.PeerMessage.Election;
import dev.concord.protocol.PeerMessage.ElectionReason;
import dev.concord.protocol.PeerMessage.Heartbeat;
import dev.concord.protocol.Role;
import dev.concord.protocol.Term;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// T6: what a full queue drops, and what it keeps.
class SendQueueTests {
    private static final Term TERM = new Term(1);

    private final TransportStatistics statistics = new TransportStatistics();

    private SendQueue open(Channel channel) {
        SendQueue queue = new SendQueue(channel, statistics);
        queue.open();
        return queue;
    }

    private static PeerMessage heartbeat(int number) {
        return new Heartbeat(
                TERM,
                number,
                0,
                0,
                Role.FOLLOWER,
                NodeId.NONE,
                false,
                false,
                LogPosition.ZERO,
                0,
                0,
                ChainHash.ZERO,
                0);
    }

    private static PeerMessage election(int round) {
        return new Election(TERM, round, ElectionReason.SUSPECT);
    }

    private static List<PeerMessage> drain(SendQueue queue) {
        List<PeerMessage> messages = new ArrayList<>();
        for (PeerMessage next = queue.poll(); next != null; next = queue.poll()) {
            messages.add(next);
        }
        return messages;
    }

    @Test
    void givesBackInOrder() {
        SendQueue queue = open(Channel.CONTROL);

        queue.offer(heartbeat(1));
        queue.offer(election(2));

        assertThat(drain(queue)).containsExactly(heartbeat(1), election(2));
        assertThat(queue.sizeInBytes()).isZero();
    }

    @Test
    void takesNothingWhileThereIsNoLink() {
        SendQueue queue = new SendQueue(Channel.CONTROL, statistics);

        queue.offer(heartbeat(1));

        assertThat(drain(queue)).isEmpty();
        assertThat(statistics.unconnected()).isEqualTo(1);
    }

    @Test
    void doesNotLetAWriterOversleepACallThatCameBeforeItsSleep() {
        SendQueue queue = open(Channel.CONTROL);
        long start = System.nanoTime();

        queue.wake();
        queue.await(TimeUnit.MINUTES.toNanos(1));
        queue.offer(heartbeat(1));
        queue.wakeWriter();
        queue.await(TimeUnit.MINUTES.toNanos(1));

        assertThat(System.nanoTime() - start).isLessThan(TimeUnit.MINUTES.toNanos(1));
    }

    @Test
    void forgetsEverythingWhenTheLinkEnds() {
        SendQueue queue = open(Channel.CONTROL);
        queue.offer(heartbeat(1));

        queue.close();
        queue.open();

        assertThat(drain(queue)).isEmpty();
    }

    @Nested
    class AFullControlQueue {
        @Test
        void dropsItsOldestHeartbeat() {
            SendQueue queue = open(Channel.CONTROL);
            queue.offer(election(0));
            queue.offer(heartbeat(1));
            queue.offer(heartbeat(2));
            for (int i = 3; i < TransportLimits.CONTROL_QUEUE_MESSAGES; i++) {
                queue.offer(election(i));
            }

            queue.offer(election(9_999));

            assertThat(drain(queue))
                    .hasSize(TransportLimits.CONTROL_QUEUE_MESSAGES)
                    .startsWith(election(0), heartbeat(2))
                    .endsWith(election(9_999));
            assertThat(statistics.dropped(Channel.CONTROL)).isEqualTo(1);
        }

        @Test
        void withoutAHeartbeatDropsTheNewMessage() {
            SendQueue queue = open(Channel.CONTROL);
            for (int i = 0; i < TransportLimits.CONTROL_QUEUE_MESSAGES; i++) {
                queue.offer(election(i));
            }

            queue.offer(election(9_999));

            assertThat(drain(queue)).doesNotContain(election(9_999));
        }
    }

    @Nested
    class AControlQueueOfLargeMessages {
        @Test
        void staysWithinItsBytesToo() {
            SendQueue queue = open(Channel.CONTROL);
            ChatBody body = ChatBody.of("1", "", "general", "ada", "x".repeat(60_000));
            PeerMessage large = new Chat(TERM, 1, 1, 0, List.of(body));
            for (int i = 0; i < 30; i++) {
                queue.offer(large);
            }

            assertThat(queue.sizeInBytes())
                    .isBetween(TransportLimits.CONTROL_QUEUE_BYTES / 2, TransportLimits.CONTROL_QUEUE_BYTES);
            assertThat(statistics.dropped(Channel.CONTROL)).isEqualTo(30 - queue.size());
        }
    }

    @Nested
    class AFullBulkQueue {
        @Test
        void dropsTheMessageThatIsOneTooMany() {
            SendQueue queue = open(Channel.BULK);
            PeerMessage small = new Chat(TERM, 1, 1, 0, List.of());
            for (int i = 0; i <= TransportLimits.BULK_QUEUE_MESSAGES; i++) {
                queue.offer(small);
            }

            assertThat(queue.size()).isEqualTo(TransportLimits.BULK_QUEUE_MESSAGES);
            assertThat(statistics.dropped(Channel.BULK)).isEqualTo(1);
        }

        @Test
        void staysWithinItsBytes() {
            SendQueue queue = open(Channel.BULK);
            ChatBody body = ChatBody.of("1", "", "general", "ada", "x".repeat(60_000));
            PeerMessage large = new Chat(TERM, 1, 1, 0, Collections.nCopies(60, body));
            for (int i = 0; i < 10; i++) {
                queue.offer(large);
            }

            assertThat(queue.sizeInBytes()).isLessThanOrEqualTo(TransportLimits.BULK_QUEUE_BYTES);
            assertThat(statistics.dropped(Channel.BULK)).isEqualTo(10 - queue.size());
        }
    }
}
