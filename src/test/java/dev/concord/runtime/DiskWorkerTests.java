package dev.concord.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.node.Effect;
import dev.concord.node.Recovery;
import dev.concord.protocol.ChainHash;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.LogPosition;
import dev.concord.protocol.LogSnapshot;
import dev.concord.protocol.Member;
import dev.concord.protocol.Meta;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.StoreId;
import dev.concord.protocol.Term;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DiskWorkerTests {
    private final List<String> calls = Collections.synchronizedList(new ArrayList<>());
    private final Semaphore reports = new Semaphore(0);
    private final CompletableFuture<String> lastLine = new CompletableFuture<>();
    private final CountDownLatch inSync = new CountDownLatch(1);
    private final CountDownLatch mayReturn = new CountDownLatch(1);
    private boolean slowSync;
    private boolean failingSync;
    private final DiskWorker worker =
            new DiskWorker(new RecordingLog(), RuntimeObserver.NONE, lastLine::complete, reports::release);

    private static LogEntry entry(long index) {
        return LogEntry.noop(new LogPosition(new Term(1), index), 0, new NodeId(1), ChainHash.ZERO);
    }

    /// M1: a founder whose power fails must not remember its cluster without its first entry.
    @Test
    void writesInOrderAMetaRecordBehindASyncAndReportsThen() throws Exception {
        Meta meta = Meta.fresh(new Member(new NodeId(1), new StoreId(new UUID(0, 1))), 1);
        worker.order(new Effect.Append(1, List.of(entry(1), entry(2))));
        worker.commitIndex(1);
        worker.order(new Effect.Rewind(2, 2));
        worker.order(new Effect.WriteMeta(3, meta));
        worker.start();
        assertThat(reports.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
        assertThat(worker.persistedTicket()).isEqualTo(3);
        assertThat(calls).containsExactly("append 1", "append 2", "commit 1", "rewind 2", "sync", "meta");
        worker.stop();
        assertThat(calls).endsWith("close");
    }

    /// Group commit: one sync serves all that arrived during the last one.
    @Test
    void whatArrivesDuringASyncSharesTheNextOne() throws Exception {
        slowSync = true;
        worker.start();
        worker.order(new Effect.Append(1, List.of(entry(1))));
        inSync.await();
        for (long i = 2; i <= 50; i++) {
            worker.order(new Effect.Append(i, List.of(entry(i))));
        }
        assertThat(worker.persistedTicket()).isZero();
        mayReturn.countDown();
        worker.stop();
        assertThat(worker.persistedTicket()).isEqualTo(50);
        assertThat(calls.stream().filter("sync"::equals)).hasSize(2);
    }

    @Test
    void whatArrivesDuringASyncIsSharedOutWhenItIsTooMuch() throws Exception {
        slowSync = true;
        worker.start();
        worker.order(new Effect.Append(1, List.of(entry(1))));
        inSync.await();
        for (long i = 2; i <= DiskWorker.MAX_BATCH + 2; i++) {
            worker.order(new Effect.Append(i, List.of(entry(i))));
        }
        mayReturn.countDown();
        worker.stop();
        assertThat(worker.persistedTicket()).isEqualTo(DiskWorker.MAX_BATCH + 2);
        assertThat(calls.stream().filter("sync"::equals)).hasSize(3);
    }

    /// A commit index that is noted before the writes it speaks of could mark an entry that is about to be replaced.
    @Test
    void notesACommitIndexOnlyAfterTheWritesBeforeIt() {
        worker.order(new Effect.Append(1, List.of(entry(1))));
        worker.order(new Effect.Rewind(2, 1));
        worker.order(new Effect.Append(3, List.of(entry(1))));
        worker.commitIndex(1);
        worker.start();
        worker.stop();
        // the sync stands before or behind the note, as the worker finds the end in its first batch or in the next
        assertThat(calls)
                .containsSubsequence("append 1", "rewind 1", "append 1", "commit 1", "close")
                .containsOnlyOnce("commit 1", "sync", "close");
    }

    /// S4: a failed sync is never retried, and nothing is written after it.
    @Test
    void aFailedSyncEndsTheProcess() {
        failingSync = true;
        worker.start();
        worker.order(new Effect.Append(1, List.of(entry(1))));
        assertThat(lastLine.orTimeout(10, TimeUnit.SECONDS).join()).contains("the disk said no");
        assertThat(worker.persistedTicket()).isZero();
        assertThat(calls).containsOnlyOnce("sync").doesNotContain("close");
    }

    /// S2: an interrupt would close the channel of the log under a write. Whoever stops the worker may be interrupted,
    /// the worker never is.
    @Test
    void whoStopsItMayBeInterruptedAndEverythingIsWrittenAllTheSame() throws Exception {
        slowSync = true;
        worker.order(new Effect.Append(1, List.of(entry(1))));
        worker.start();
        inSync.await();
        Thread.ofVirtual().start(() -> {
            while (worker.waiting() == 0) { // until it is asked to stop
                Thread.onSpinWait();
            }
            mayReturn.countDown();
        });
        Thread.currentThread().interrupt();
        worker.stop();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(worker.persistedTicket()).isEqualTo(1);
        assertThat(calls).endsWith("sync", "close");
        assertThat(lastLine).isNotDone();
    }

    private final class RecordingLog implements DurableLog {
        private long last;

        @Override
        public Recovery recover() {
            throw new IllegalStateException("not part of this test");
        }

        @Override
        public void append(List<LogEntry> entries) {
            entries.forEach(e -> calls.add("append " + e.index()));
            last = entries.getLast().index();
        }

        @Override
        public void rewind(long fromIndex) {
            calls.add("rewind " + fromIndex);
            last = fromIndex - 1;
        }

        @Override
        public void sync() {
            calls.add("sync");
            if (failingSync) {
                throw new StorageException("the disk said no");
            }
            if (slowSync) {
                inSync.countDown();
                try {
                    mayReturn.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
        }

        @Override
        public void trim(LogSnapshot snapshot) {
            calls.add("trim " + snapshot.index());
        }

        @Override
        public void install(LogSnapshot snapshot) {
            calls.add("install " + snapshot.index());
        }

        @Override
        public void noteCommit(long commitIndex) {
            calls.add("commit " + commitIndex);
        }

        @Override
        public void writeMeta(Meta meta) {
            calls.add("meta");
        }

        @Override
        public long lastIndex() {
            return last;
        }

        @Override
        public LogReader reader() {
            throw new IllegalStateException("not part of this test");
        }

        @Override
        public void close() {
            calls.add("close");
        }
    }
}
