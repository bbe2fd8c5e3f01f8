package dev.concord.web.stomp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.web.stomp.StompClient.Frame;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Many subscribers of one node, on real sockets, and what those cost that do not read.
class FanOutTests {
    private static final int SUBSCRIBERS = 1_000;
    private static final int MESSAGES = 200;
    private static final int BATCH = 20;
    /// Messages that a stalled reader has before it, and their length: far more than fits into the sockets' buffers.
    private static final int BACKLOG = 4_000;

    private static final int TEXT_LENGTH = 6_000;

    /// What the server may hold for one reader that does not read: one page of messages, the frame being written, and
    /// the connection with Tomcat's buffers, which a reader that does read has too.
    private static final long MOST_BYTES_FOR_A_STALLED_READER = SessionSubscriptions.PAGE_BYTES + 64 * 1024;

    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();

    @Test
    void aThousandSubscribersGetEverythingInOrderBesideOneThatDoesNotRead() throws Exception {
        try (StompServer server = new StompServer();
                StompClient stalled = StompClient.connected(server.port())) {
            server.commit("general", backlog());
            stalled.send("SUBSCRIBE\nid:0\ndestination:/topic/chat\nafter:0\n\n");
            Eventually.await(() -> server.sessions().slowReaders() == 1);

            AtomicInteger ready = new AtomicInteger();
            List<Thread> readers = new ArrayList<>();
            for (int i = 0; i < SUBSCRIBERS; i++) {
                readers.add(Thread.ofVirtual().start(() -> subscribeAndRead(server.port(), ready)));
            }
            Eventually.await(() -> ready.get() == SUBSCRIBERS || !failures.isEmpty());
            for (int batch = 0; batch < MESSAGES / BATCH; batch++) {
                String[] texts = new String[BATCH];
                for (int i = 0; i < BATCH; i++) {
                    texts[i] = "live " + (batch * BATCH + i);
                }
                server.commit("general", texts);
            }
            for (Thread reader : readers) {
                reader.join();
            }
            assertThat(failures).isEmpty();
            assertThat(server.sessions().slowReaders()).isEqualTo(1);

            for (long seq = 1; seq <= BACKLOG + MESSAGES; seq++) {
                assertThat(stalled.next().seq()).isEqualTo(seq);
            }
        }
    }

    /// Subscribes to what is said from now on, and reads all of it.
    private void subscribeAndRead(int port, AtomicInteger ready) {
        try (StompClient client = StompClient.connected(port)) {
            client.subscribe("0", "/topic/chat");
            ready.incrementAndGet();
            for (int i = 0; i < MESSAGES; i++) {
                Frame frame = client.next();
                if (frame.seq() != BACKLOG + i + 1 || !frame.body().contains("\"live " + i + "\"")) {
                    throw new IOException("expected message " + (BACKLOG + i + 1) + ", got " + frame);
                }
            }
        } catch (IOException | RuntimeException e) {
            failures.add(e);
        }
    }

    @Test
    void aReaderThatDoesNotReadCostsTheServerOnePageOfMessagesAtMost() throws Exception {
        int stalledReaders = 100;
        List<StompClient> clients = new ArrayList<>();
        try (StompServer server = new StompServer()) {
            server.commit("general", backlog());
            for (int i = 0; i < stalledReaders; i++) {
                clients.add(StompClient.connected(server.port()).subscribe("0", "/topic/cluster"));
            }
            long before = usedHeap();
            for (StompClient client : clients) {
                client.send("SUBSCRIBE\nid:1\ndestination:/topic/chat\nafter:0\n\n");
            }
            Eventually.await(() -> server.sessions().slowReaders() == stalledReaders);
            Eventually.await(() -> server.sessions().blocked() == stalledReaders);

            assertThat((usedHeap() - before) / stalledReaders).isLessThan(MOST_BYTES_FOR_A_STALLED_READER);

            for (StompClient client : clients.subList(0, 3)) {
                for (long seq = 1; seq <= BACKLOG; seq++) {
                    assertThat(client.next().seq()).isEqualTo(seq);
                }
            }
        } finally {
            for (StompClient client : clients) {
                client.close();
            }
        }
    }

    private static String[] backlog() {
        String[] texts = new String[BACKLOG];
        for (int i = 0; i < BACKLOG; i++) {
            texts[i] = i + " " + "x".repeat(TEXT_LENGTH);
        }
        return texts;
    }

    /// Bytes of live objects.
    private static long usedHeap() {
        System.gc();
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
