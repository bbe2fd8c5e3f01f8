package dev.concord.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.protocol.LogEntry;
import dev.concord.protocol.NodeId;
import dev.concord.runtime.MendableLog;
import dev.concord.runtime.MendableLog.Mending;
import dev.concord.runtime.MendableLog.Part;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// S9: closed segments are read again while the log is in use, and mended byte for byte.
class ScrubTests {
    private static final SegmentLimits LIMITS = new SegmentLimits(1_200, 500);
    private static final MendableLog.Pace AT_ONCE = bytes -> {};

    @TempDir
    Path folder;

    private final SampleHistory history =
            SampleHistory.founded(200_000).chats(3, 5).term(1).chats(12, 5);
    private JsonlSegmentLog log;
    private Path file;
    private byte[] good;
    private Part part;

    @BeforeEach
    void openALog() {
        log = new JsonlSegmentLog(folder, new NodeId(1), LIMITS);
        log.recover();
        log.append(history.entries());
        log.noteCommit(history.lastIndex());
        log.sync();
        file = DataFolders.segments(folder).get(1);
        good = DataFolders.read(file);
        part = log.closedParts(history.lastIndex()).get(1);
    }

    @AfterEach
    void close() {
        log.close();
    }

    @Test
    void looksAtWhatIsClosedAndCommittedOnly() {
        int segments = DataFolders.segments(folder).size();

        assertThat(log.closedParts(history.lastIndex())).hasSize(segments - 1);
        assertThat(log.closedParts(part.lastIndex() - 1)).hasSize(1);
        assertThat(log.closedParts(0)).isEmpty();
    }

    @Test
    void findsAnyFlippedByte() {
        assertThat(log.damageOf(part, AT_ONCE)).isEmpty();
        for (int at = 0; at < good.length; at++) {
            DataFolders.flip(file, at, at % 8);

            assertThat(log.damageOf(part, AT_ONCE)).as("byte %d", at).contains(file.toString());
            DataFolders.write(file, good);
        }
    }

    @Test
    void findsAFileThatIsCutOrGone() throws IOException {
        DataFolders.write(file, java.util.Arrays.copyOf(good, good.length / 2));
        assertThat(log.damageOf(part, AT_ONCE)).isNotEmpty();
        Files.delete(file);
        assertThat(log.damageOf(part, AT_ONCE)).contains("cannot be read");
    }

    @Test
    void saysHowMuchItReads() {
        long[] read = {0};
        log.damageOf(part, bytes -> read[0] += bytes);

        assertThat(read[0]).isEqualTo(good.length);
    }

    @Test
    void mendsTheFileByteForByteUnderItsReaders() {
        DataFolders.flip(file, 100, 2);
        byte[] bad = DataFolders.read(file);

        try (Mending mending = log.mend(part)) {
            assertThat(mending.last().index()).isEqualTo(part.firstIndex() - 1);
            assertThat(mending.add(entries(part.firstIndex(), part.firstIndex())))
                    .isTrue();
            assertThat(mending.isComplete()).isFalse();
            assertThat(mending.add(entries(part.firstIndex() + 1, history.lastIndex())))
                    .isTrue();
            assertThat(mending.isComplete()).isTrue();
            mending.finish();
        }

        assertThat(file).hasBinaryContent(good);
        assertThat(new DataDirectory(folder).quarantine().resolve(file.getFileName()))
                .hasBinaryContent(bad);
        assertThat(log.reader().read(1, history.lastIndex(), 1 << 20)).isEqualTo(history.entries());
        assertThat(log.damageOf(part, AT_ONCE)).isEmpty();
    }

    @Test
    @DisplayName("takes no entry that was not there, whoever sends it")
    void refusesEntriesOfAnotherHistory() {
        SampleHistory other = history.branch("other").cutFrom(part.firstIndex()).chats((int)
                (part.lastIndex() - part.firstIndex() + 1));
        try (Mending mending = log.mend(part)) {
            assertThat(mending.add(other.entries(part.firstIndex(), part.lastIndex())))
                    .isFalse();
            assertThat(mending.add(entries(part.firstIndex() + 1, part.lastIndex())))
                    .isFalse();
        }

        assertThat(file).hasBinaryContent(good);
    }

    @Test
    void leavesAllAsItWasWhenItIsNotFinished() {
        DataFolders.flip(file, 100, 2);
        byte[] bad = DataFolders.read(file);
        List<Path> before = DataFolders.files(folder);

        try (Mending mending = log.mend(part)) {
            mending.add(entries(part.firstIndex(), part.firstIndex()));
        }

        assertThat(file).hasBinaryContent(bad);
        assertThat(DataFolders.files(folder)).isEqualTo(before);
    }

    private List<LogEntry> entries(long from, long to) {
        return history.entries(from, to);
    }
}
