package dev.concord.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a STOMP subscriber sees: everything, once, in order, whichever node it is connected to.
class SubscriberIT {
    @TempDir
    Path folder;

    @Test
    void aMessageSentAtOneNodeReachesTheSubscriberOfAnother() {
        try (ClusterProcesses cluster = new ClusterProcesses(folder, 3).start().awaitReady();
                Stomp subscriber = new Stomp(cluster.node(2).url());
                Stomp sender = new Stomp(cluster.node(1).url())) {
            subscriber.subscribe("/topic/chat", "");
            sender.send("SEND\ndestination:/app/chat\nreceipt:r1\ncontent-type:application/json\n\n"
                    + "{\"sender\":\"ada\",\"text\":\"hello\"}");
            String receipt = sender.await("RECEIPT");
            assertThat(Stomp.header(receipt, "receipt-id")).isEqualTo("r1");
            assertThat(Stomp.header(receipt, "seq")).isEqualTo("1");
            String message = subscriber.await("MESSAGE");
            assertThat(Stomp.header(message, "seq")).isEqualTo("1");
            assertThat(message).contains("\"text\":\"hello\"");
        }
    }

    /// The leader dies under a subscriber; it resumes on another node behind the last message it has seen.
    @Test
    void aSubscriberThatResumesElsewhereMissesNothingAndSeesNothingTwice() {
        try (ClusterProcesses cluster = new ClusterProcesses(folder, 3).start().awaitReady();
                Load load = new Load(cluster, "sub", 200, 4)) {
            cluster.awaitLeader(1, 3);
            List<Long> seen = new ArrayList<>();
            try (Stomp first = new Stomp(cluster.node(3).url())) {
                first.subscribe("/topic/chat", "after:0\n");
                seen.addAll(first.seqs(150));
                cluster.node(3).kill();
                seen.addAll(first.seqs(Integer.MAX_VALUE));
            }
            try (Stomp second = new Stomp(cluster.node(1).url())) {
                second.subscribe("/topic/chat", "after:" + seen.getLast() + "\n");
                seen.addAll(second.seqs(300));
            }
            load.stop();
            assertThat(seen)
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(1, seen.size()).boxed().toList());
            load.assertKept();
        }
    }
}
