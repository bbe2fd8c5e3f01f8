package dev.concord.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.concord.protocol.LogEntry;
import dev.concord.protocol.NodeId;
import dev.concord.runtime.LogReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Readers need not know that the log is being written, rolled and cut under them.
class ConcurrentReadingTests {
    private static final int COMMITTED = 60;

    @TempDir
    Path folder;

    private final SampleHistory history = SampleHistory.founded(200_000).chats(COMMITTED - 1);
    private JsonlSegmentLog log;

    @BeforeEach
    void openTheLog() {
        log = new JsonlSegmentLog(folder, new NodeId(1), new SegmentLimits(2_500, 400));
        log.recover();
        log.append(history.entries());
        log.sync();
        log.noteCommit(COMMITTED);
    }

    @Test
    void seeOneHistoryOrTheOtherWhileItIsCutAndWrittenAnew() {
        AtomicBoolean stop = new AtomicBoolean();
        List<CompletableFuture<Long>> readers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            SplittableRandom random = new SplittableRandom(i);
            readers.add(CompletableFuture.supplyAsync(() -> readUntil(stop, log.reader(), random)));
        }
        try {
            for (int round = 0; round < 40; round++) {
                SampleHistory branch = history.branch("r" + round);
                for (int term = 0; term <= round; term++) {
                    branch.term(1 + term % 3);
                }
                branch.cutFrom(COMMITTED + 1 + round);
                branch.chats(40, round);
                log.append(branch.entries(COMMITTED + 1, branch.lastIndex()));
                log.rewind(COMMITTED + 1);
            }
        } finally {
            stop.set(true);
        }
        assertThat(readers).allSatisfy(r -> assertThat(r.join()).isPositive());
        log.close();
    }

    /// Reads at random places; what is committed must be there, what comes after must continue it.
    private long readUntil(AtomicBoolean stop, LogReader reader, SplittableRandom random) {
        long reads = 0;
        while (!stop.get() || reads == 0) {
            long from = random.nextLong(1, COMMITTED + 30);
            List<LogEntry> entries = reader.read(from, Long.MAX_VALUE, random.nextInt(20_000));
            for (int i = 0; i < entries.size(); i++) {
                assertThat(entries.get(i).index()).isEqualTo(from + i);
                if (from + i <= COMMITTED) {
                    assertThat(entries.get(i)).isEqualTo(history.entry(from + i));
                } else if (i > 0) {
                    assertThat(entries.get(i).follows(entries.get(i - 1).hash()))
                            .isTrue();
                }
            }
            long seq = random.nextLong(1, COMMITTED);
            assertThat(reader.indexOfSeq(seq)).isEqualTo(seq + 1);
            reads++;
        }
        return reads;
    }

    /// A reader may come with the view from before a cut to a file that holds what was written after it. It has to
    /// look again, also where it would have read the edits of the file because the seal is another one's.
    @Test
    void lookAgainWhenAFileWasReplacedBeforeTheyOpenedIt() throws IOException {
        SampleHistory first = history.branch("").chats(40);
        log.append(first.entries(COMMITTED + 1, first.lastIndex()));
        log.sync();
        SegmentView before = closedSegments();
        SampleHistory other = first.branch("");
        other.cutFrom(COMMITTED + 10);
        while (other.lastIndex() < first.lastIndex()) {
            other.chat("y".repeat(20)); // of the same length: the files begin at the same entries
        }
        log.rewind(COMMITTED + 10);
        log.append(other.entries(COMMITTED + 10, other.lastIndex()));
        log.close();
        Iterator<SegmentView> views =
                List.of(before, closedSegments(), closedSegments()).iterator();
        try (SegmentFiles files = new SegmentFiles()) {
            SegmentReader reader = new SegmentReader(views::next, files);

            long from = COMMITTED + 25;
            assertThat(reader.read(from, from + 2, 1 << 20)).isEqualTo(other.entries(from, from + 2));
        }
    }

    private SegmentView closedSegments() throws IOException {
        DataDirectory directory = new DataDirectory(folder);
        List<Segment> segments = new ArrayList<>();
        for (Path file : DataFolders.segments(folder)) {
            String name = file.getFileName().toString();
            Seal seal = Seal.readIfGood(file.resolveSibling(name.replace(".jsonl", ".seal")));
            if (seal != null) {
                segments.add(Segment.closed(directory, seal));
            }
        }
        return new SegmentView(segments);
    }

    @Test
    void finishTheirReadWhenInterruptedAndLeaveTheOthersAlone() {
        LogReader reader = log.reader();

        Thread.currentThread().interrupt();
        List<LogEntry> entries = reader.read(1, 5, 1 << 20);
        boolean stillInterrupted = Thread.interrupted();

        assertThat(entries).isEqualTo(history.entries(1, 5));
        assertThat(stillInterrupted).isTrue();
        assertThatCode(() -> reader.read(1, 5, 1 << 20)).doesNotThrowAnyException();
        log.close();
    }
}
