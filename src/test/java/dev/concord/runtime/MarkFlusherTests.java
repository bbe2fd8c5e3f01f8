package dev.concord.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.node.Recovery;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.LogSnapshot;
import dev.concord.protocol.Meta;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// Section 3: the mark is flushed at most every 100 ms, off the way of an acknowledgement.
class MarkFlusherTests {
    private final Semaphore flushes = new Semaphore(0);
    private final CompletableFuture<String> lastLine = new CompletableFuture<>();
    private volatile Thread flushedBy = Thread.currentThread();
    private volatile boolean failing;
    private final MarkFlusher flusher = new MarkFlusher(new Marked(), lastLine::complete);

    @Test
    void flushesAWrittenMarkOnAThreadOfItsOwn() throws Exception {
        flusher.start();
        flusher.written();

        assertThat(flushes.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
        assertThat(flushedBy.getName()).isEqualTo("concord-mark");
        flusher.stop();
    }

    @Test
    void aMarkWrittenAfterAFlushIsFlushedToo() throws Exception {
        flusher.start();
        for (int i = 0; i < 3; i++) {
            flusher.written();
            assertThat(flushes.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
        }
        flusher.stop();
    }

    @Test
    void flushesNoMoreOftenThanEveryTenthOfASecond() {
        flusher.start();
        long start = System.nanoTime();
        while (System.nanoTime() - start < TimeUnit.MILLISECONDS.toNanos(350)) {
            flusher.written();
            Thread.onSpinWait();
        }
        flusher.stop();
        long took = System.nanoTime() - start;

        assertThat((long) flushes.availablePermits()).isBetween(1L, 1 + took / TimeUnit.MILLISECONDS.toNanos(100));
    }

    @Test
    void rests() throws Exception {
        flusher.start();
        flusher.written();
        assertThat(flushes.tryAcquire(10, TimeUnit.SECONDS)).isTrue();

        assertThat(flushes.tryAcquire(300, TimeUnit.MILLISECONDS)).isFalse();
        flusher.stop();
    }

    /// S4: a failed flush is never retried.
    @Test
    void aFailedFlushEndsTheProcess() {
        failing = true;
        flusher.start();
        flusher.written();

        assertThat(lastLine.orTimeout(10, TimeUnit.SECONDS).join()).contains("the disk said no", "Check the disk");
        assertThat(flushes.availablePermits()).isEqualTo(1);
        flusher.stop();
    }

    private final class Marked implements DurableLog {
        @Override
        public void flushMark() {
            flushedBy = Thread.currentThread();
            flushes.release();
            if (failing) {
                throw new StorageException("the disk said no");
            }
        }

        @Override
        public Recovery recover() {
            throw new IllegalStateException("not part of this test");
        }

        @Override
        public void append(List<LogEntry> entries) {}

        @Override
        public void rewind(long fromIndex) {}

        @Override
        public void sync() {}

        @Override
        public void noteCommit(long commitIndex) {}

        @Override
        public void writeMeta(Meta meta) {}

        @Override
        public void trim(LogSnapshot snapshot) {}

        @Override
        public void install(LogSnapshot snapshot) {}

        @Override
        public long lastIndex() {
            return 0;
        }

        @Override
        public LogReader reader() {
            throw new IllegalStateException("not part of this test");
        }

        @Override
        public void close() {}
    }
}
