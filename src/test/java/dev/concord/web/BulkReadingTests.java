package dev.concord.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.access.AccessMode;
import dev.concord.access.Caller;
import dev.concord.access.RateLimiter;
import dev.concord.chat.ChatLimits;
import dev.concord.chat.ChatService;
import dev.concord.chat.Cluster;
import dev.concord.chat.MessageIds;
import dev.concord.chat.MessageReader;
import dev.concord.chat.PostReader;
import dev.concord.chat.PostRules;
import dev.concord.chat.RefusalObserver;
import dev.concord.runtime.SingleNode;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/// How much of a bulk submission is read while its client takes no results.
class BulkReadingTests {
    /// A line that is refused at once, long enough that few of them fit into a buffer.
    private static final byte[] LINE = ("{" + " ".repeat(1_022) + "\n").getBytes(StandardCharsets.UTF_8);
    /// Lines in the buffers of the reader and of the writer.
    private static final int BUFFERED = 200;

    private final AtomicLong bytes = new AtomicLong();
    private final CountDownLatch written = new CountDownLatch(1);

    private final InputStream endless = new InputStream() {
        @Override
        public int read() {
            return LINE[(int) (bytes.getAndIncrement() % LINE.length)];
        }

        @Override
        public int read(byte[] to, int offset, int length) {
            for (int i = 0; i < length; i++) {
                to[offset + i] = (byte) read();
            }
            return length;
        }
    };

    private final OutputStream blocked = new OutputStream() {
        @Override
        public void write(int b) {
            write(new byte[1], 0, 1);
        }

        @Override
        public void write(byte[] from, int offset, int length) {
            written.countDown();
            while (!Thread.currentThread().isInterrupted()) {
                LockSupport.park(this);
            }
        }
    };

    @Test
    void whoTakesNoResultsIsReadNoFurtherThanTheLimit() throws Exception {
        try (SingleNode node = new SingleNode()) {
            Thread reading = Thread.ofPlatform().daemon().start(() -> {
                try {
                    submission(node).run(endless, blocked, 2 * LINE.length);
                } catch (InterruptedException e) {
                    // the test is over
                }
            });
            written.await();
            Eventually.isTrue(() -> bytes.get() / LINE.length >= BulkSubmission.MAX_UNWRITTEN
                    && reading.getState() == Thread.State.WAITING);

            assertThat(bytes.get() / LINE.length)
                    .isBetween((long) BulkSubmission.MAX_UNWRITTEN, BulkSubmission.MAX_UNWRITTEN + (long) BUFFERED);
            reading.interrupt();
            reading.join();
        }
    }

    private static BulkSubmission submission(SingleNode node) {
        return new BulkSubmission(
                new ChatService(node, ChatLimits.DEFAULTS),
                new PostReader(
                        new PostRules(ChatLimits.DEFAULTS),
                        new MessageIds(InstantSource.system()),
                        (body, reference, envelope) -> {}),
                new MessageReader(node.committed()),
                new Answers(new Cluster(node, AccessMode.LOOPBACK), RefusalObserver.NONE),
                Caller.ANYBODY,
                RateLimiter.none().paceOf("a client"));
    }
}
