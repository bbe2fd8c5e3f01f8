package dev.concord.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concord.protocol.ChatBody;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.LogPosition;
import dev.concord.protocol.NodeId;
import dev.concord.runtime.StorageException;
import dev.concord.storage.VerificationReport.Problem;
import dev.concord.storage.VerificationReport.SegmentFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What `verify` can say about data folders without a running node.
class OfflineVerificationTests {
    private static final SegmentLimits LIMITS = new SegmentLimits(2_000, 400);

    @TempDir
    Path folder;

    private final SampleHistory history =
            SampleHistory.founded(200_000).chats(30).term(2).chats(10);

    @Test
    void passesEqualReplicas() {
        Path one = write(1, history.entries(), 35);
        Path two = write(2, history.entries(1, 38), 36);

        VerificationReport report = OfflineVerification.verify(List.of(one, two));

        assertThat(report.passed()).isTrue();
        assertThat(report.problems()).isEmpty();
        assertThat(report.agreedIndex()).isEqualTo(35);
        assertThat(report.agreedSeq()).isEqualTo(33);
        assertThat(report.agreedHash()).isEqualTo(history.entry(35).hash());
        VerificationReport.Folder first = report.folders().getFirst();
        assertThat(first.lastIndex()).isEqualTo(history.lastIndex());
        assertThat(first.lastSeq()).isEqualTo(history.lastSeq());
        assertThat(first.commitIndex()).isEqualTo(35);
        assertThat(closed(first)).hasSizeGreaterThan(3);
        assertThat(closed(report.folders().get(1))).isSubsetOf(closed(first));
    }

    @Test
    void worksWhileANodeIsWriting() {
        JsonlSegmentLog log = new JsonlSegmentLog(folder.resolve("live"), new NodeId(1), LIMITS);
        log.recover();
        log.append(history.entries(1, 20));
        log.sync();
        log.append(history.entries(21, 25));

        VerificationReport report = OfflineVerification.verify(List.of(folder.resolve("live")));

        assertThat(report.passed()).isTrue();
        assertThat(report.folders().getFirst().lastIndex()).isEqualTo(25);
        assertThat(report.folders().getFirst().durableIndex()).isEqualTo(20);
        log.close();
    }

    @Test
    void namesEveryDamagedByte() {
        Path data = write(1, history.entries(), 35);
        Path second = DataFolders.segments(data).get(1);
        byte[] good = DataFolders.read(second);
        for (int at = 0; at < good.length; at += 7) {
            DataFolders.flip(second, at, at % 8);

            VerificationReport report = OfflineVerification.verify(List.of(data));

            assertThat(report.passed()).as("byte %d", at).isFalse();
            Problem problem = report.problems().findFirst().orElseThrow();
            assertThat(problem.file()).isEqualTo(second);
            assertThat(problem.offset()).isBetween((long) at - 300, (long) at);
            DataFolders.write(second, good);
        }
    }

    @Test
    void findsWhereTwoReplicasPart() {
        SampleHistory other = history.branch("other").cutFrom(18).chats(30);
        Path one = write(1, history.entries(), 40);
        Path two = write(2, other.entries(), 40);

        VerificationReport report = OfflineVerification.verify(List.of(one, two));

        assertThat(report.passed()).isFalse();
        assertThat(report.agreedIndex()).isEqualTo(17);
        assertThat(report.differences()).singleElement().satisfies(p -> {
            assertThat(p.what()).contains("the committed entry 18").contains(one.toString());
            assertThat(lineAt(p.file(), p.offset())).isEqualTo(other.entry(18).toString());
        });
    }

    @Test
    void allowsDifferencesInWhatNobodyCallsCommitted() {
        SampleHistory other = history.branch("other").cutFrom(36).term(5).chats(3);
        Path one = write(1, history.entries(), 35);
        Path two = write(2, other.entries(), 35);

        assertThat(OfflineVerification.verify(List.of(one, two)).passed()).isTrue();
    }

    @Test
    void findsDoubledAndMissingMessages() {
        List<LogEntry> entries = new ArrayList<>(history.entries(1, 5));
        for (long seq : new long[] {7, 8}) { // message 5 is missing, and both have the id of message 1
            ChatBody body = history.entry(2).body();
            LogPosition next = new LogPosition(entries.getLast().term(), entries.size() + 1L);
            entries.add(LogEntry.chat(next, seq, 0, body, entries.getLast().hash()));
        }
        Path data = write(1, entries, 5);

        VerificationReport report = OfflineVerification.verify(List.of(data));

        assertThat(report.passed()).isFalse();
        assertThat(report.problems().map(Problem::what))
                .containsExactly(
                        "message 7 where 5 was due",
                        "message 7 has the id of message 1",
                        "message 8 has the id of message 1");
    }

    @Test
    void countsWhatTheNextStartMendsAsNoFailure() {
        Path data = write(1, history.entries(), 35);
        DataDirectory directory = new DataDirectory(data);
        DataFolders.flip(directory.seal(1), 9, 1);
        DataFolders.flip(directory.metaB(), 9, 1);

        VerificationReport report = OfflineVerification.verify(List.of(data));

        assertThat(report.passed()).isTrue();
        assertThat(report.problems().map(Problem::file))
                .containsExactlyInAnyOrder(directory.seal(1), directory.metaB());
    }

    @Test
    void countsLostAcknowledgedEntriesAsFailure() {
        Path data = write(1, history.entries(), 35);
        Path last = DataFolders.segments(data).getLast();
        byte[] whole = DataFolders.read(last);
        DataFolders.write(
                last,
                Arrays.copyOf(
                        whole, whole.length - history.entry(history.lastIndex()).sizeInBytes()));

        assertThat(OfflineVerification.verify(List.of(data)).problems().map(Problem::what))
                .containsExactly("the log ends at entry " + (history.lastIndex() - 1) + ", but entries up to "
                        + history.lastIndex() + " were durable");
    }

    @Test
    void noticesACopiedFolder() {
        Path one = write(1, history.entries(), 35);
        DataFolders.copy(one, folder.resolve("copy"));

        assertThat(OfflineVerification.verify(List.of(one, folder.resolve("copy")))
                        .passed())
                .isFalse();
    }

    @Test
    void saysWhenAFolderIsNotThere() {
        assertThatThrownBy(() -> OfflineVerification.verify(List.of(folder.resolve("nowhere"))))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("nowhere");
    }

    private Path write(int node, List<LogEntry> entries, long commitIndex) {
        Path data = folder.resolve("node-" + node);
        JsonlSegmentLog log = new JsonlSegmentLog(data, new NodeId(node), LIMITS);
        log.recover();
        log.append(entries);
        log.noteCommit(commitIndex);
        log.close();
        return data;
    }

    private static List<String> closed(VerificationReport.Folder folder) {
        return folder.segments().stream()
                .filter(SegmentFile::closed)
                .map(SegmentFile::sha256)
                .toList();
    }

    private static String lineAt(Path file, long offset) {
        String text = new String(DataFolders.read(file), java.nio.charset.StandardCharsets.UTF_8);
        return text.substring((int) offset, text.indexOf('\n', (int) offset));
    }
}
