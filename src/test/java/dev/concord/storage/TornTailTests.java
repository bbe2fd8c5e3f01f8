package dev.concord.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.node.Recovery;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.NodeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// S6: what a crash leaves of a batch that was being written is cut; less than what was durable is damage.
class TornTailTests {
    private static final NodeId SELF = new NodeId(1);
    private static final SegmentLimits LIMITS = new SegmentLimits(3_000, 500);
    private static final int SYNCED = 14;

    @TempDir
    Path folder;

    private final SampleHistory history = SampleHistory.founded(200_000).chats(16, 5);
    private Path data;
    private Path lastSegment;
    private byte[] whole;
    private int startOfBatch;

    /// Two segments; the last three entries of the second were appended after the last sync.
    @BeforeEach
    void writeABatchThatIsNeverSynced() {
        data = folder.resolve("data");
        JsonlSegmentLog log = new JsonlSegmentLog(data, SELF, LIMITS);
        log.recover();
        log.append(history.entries(1, SYNCED));
        log.sync();
        log.append(history.entries(SYNCED + 1, history.lastIndex()));
        Path crashed = folder.resolve("crashed");
        DataFolders.copy(data, crashed);
        log.close();
        data = crashed;
        lastSegment = DataFolders.segments(data).getLast();
        whole = DataFolders.read(lastSegment);
        startOfBatch = whole.length
                - history.entries(SYNCED + 1, history.lastIndex()).stream()
                        .mapToInt(LogEntry::sizeInBytes)
                        .sum();
    }

    @Test
    void isCutAtTheLastWholeEntryWhereverItWasTorn() throws IOException {
        assertThat(DataFolders.segments(data)).hasSize(2);
        for (int length = startOfBatch; length <= whole.length; length++) {
            DataFolders.write(lastSegment, Arrays.copyOf(whole, length));

            assertThat(lastIndexFound()).as("file of %d bytes", length).isEqualTo(wholeEntries(length));
        }
    }

    @Test
    void isCutWhateverTheDiskMadeOfItsBytes() throws IOException {
        for (int at = startOfBatch; at < whole.length; at++) {
            byte[] holed = whole.clone();
            Arrays.fill(holed, at, Math.min(whole.length, at + 40), (byte) 0);
            DataFolders.write(lastSegment, holed);

            assertThat(lastIndexFound()).as("zeros from byte %d", at).isEqualTo(wholeEntries(at));
        }
    }

    @Test
    @DisplayName("trap 12: is damage when it reaches into what was durable, also when the file ends cleanly")
    void isDamageWhenItReachesIntoWhatWasDurable() throws IOException {
        for (int length = 0; length < startOfBatch; length++) {
            DataFolders.write(lastSegment, Arrays.copyOf(whole, length));

            StartUpCheck check = StartUpCheck.of(new DataDirectory(data), LIMITS, false);

            assertThat(check.damage()).as("file of %d bytes", length).isNotNull();
            assertThat(check.damage().index()).isEqualTo(check.open().lastIndex() + 1);
        }
    }

    @Test
    void leavesALogThatIsWrittenOnAsIfNothingHadHappened() throws IOException {
        DataFolders.write(lastSegment, Arrays.copyOf(whole, whole.length - 7));
        JsonlSegmentLog log = new JsonlSegmentLog(data, SELF, LIMITS);
        Recovery recovery = log.recover();
        List<LogEntry> kept = new ArrayList<>();
        recovery.entries().forEach(kept::add);
        assertThat(kept).isEqualTo(history.entries(1, history.lastIndex() - 1));

        log.append(history.entries(history.lastIndex(), history.lastIndex()));
        log.close();

        assertThat(Files.readAllBytes(lastSegment)).isEqualTo(whole);
    }

    @Test
    void ofASegmentOnlyBegunOpensTheOneBeforeAgain() throws IOException {
        Path first = DataFolders.segments(data).getFirst();
        LogEntry next = history.entry(1 + lines(first));
        Path mark = new DataDirectory(data).mark();
        Path begun = lastSegment;
        DataFolders.write(begun, Arrays.copyOf(whole, next.sizeInBytes() - 10));
        try (DurableMark older =
                DurableMark.open(mark, new DurableMark.Value(2, history.entry(2).hash(), 1))) {
            assertThat(older.value().durableIndex()).isEqualTo(2);
        }

        JsonlSegmentLog log = new JsonlSegmentLog(data, SELF, LIMITS);
        log.recover();

        assertThat(log.lastIndex()).isEqualTo(next.index() - 1);
        assertThat(DataFolders.segments(data)).containsExactly(first);
        assertThat(new DataDirectory(data).seals()).isEmpty();
        log.append(history.entries(next.index(), history.lastIndex()));
        log.close();
        assertThat(Files.readAllBytes(begun)).isEqualTo(whole);
    }

    private static int lines(Path file) {
        int lines = 0;
        for (byte b : DataFolders.read(file)) {
            lines += b == '\n' ? 1 : 0;
        }
        return lines;
    }

    /// What a start would find, without carrying it out.
    private long lastIndexFound() throws IOException {
        return StartUpCheck.of(new DataDirectory(data), LIMITS, false).open().lastIndex();
    }

    private long wholeEntries(int length) {
        long index = SYNCED;
        int at = startOfBatch;
        while (index < history.lastIndex() && at + history.entry(index + 1).sizeInBytes() <= length) {
            at += history.entry(++index).sizeInBytes();
        }
        return index;
    }
}
