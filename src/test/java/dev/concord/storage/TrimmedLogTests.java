package dev.concord.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concord.node.Recovery;
import dev.concord.protocol.ClusterId;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.LogSnapshot;
import dev.concord.protocol.MalformedEntryException;
import dev.concord.protocol.NodeId;
import dev.concord.runtime.StorageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A log whose first segments retention has removed (C5), as files: after a crash at any instruction there is the
/// log before or after, and what is damaged is never taken for an empty log.
class TrimmedLogTests {
    private static final NodeId SELF = new NodeId(1);
    private static final SegmentLimits LIMITS = new SegmentLimits(1024, 256);

    @TempDir
    Path folder;

    private final SampleHistory history = SampleHistory.founded(200_000)
            .chats(6, 5)
            .term(2)
            .chats(8, 5)
            .term(3)
            .chats(9, 5);
    private Path data;
    private DataDirectory directory;
    private LogSnapshot snapshot;
    private Path before;

    /// A log of several segments, a copy of it, and the same log trimmed behind its second one.
    @BeforeEach
    void trimALog() throws IOException {
        data = folder.resolve("data");
        directory = new DataDirectory(data);
        JsonlSegmentLog log = new JsonlSegmentLog(data, SELF, LIMITS);
        log.writeMeta(log.recover().meta().withCluster(new ClusterId(new UUID(7, 7))));
        log.append(history.entries());
        log.noteCommit(history.lastIndex());
        log.sync();
        log.close();
        assertThat(DataFolders.segments(data)).hasSizeGreaterThan(3);
        before = copy(data, "before");
        log = new JsonlSegmentLog(data, SELF, LIMITS);
        log.recover();
        snapshot = log.snapshotAt(log.parts().get(1).lastIndex());
        log.trim(snapshot);
        log.sweep();
        log.close();
    }

    @Test
    @DisplayName("S6: begins behind its snapshot, which is no damage")
    void beginsBehindItsSnapshot() throws IOException {
        try (JsonlSegmentLog log = new JsonlSegmentLog(data, SELF, LIMITS)) {
            Recovery recovery = log.recover();

            assertThat(recovery.start()).isEqualTo(snapshot);
            assertThat(recovery.meta().repairing()).isFalse();
            assertThat(entriesOf(recovery)).isEqualTo(kept());
            assertThat(log.reader().firstSeq()).isEqualTo(snapshot.firstSeq());
            assertThat(log.reader().read(snapshot.index(), snapshot.index(), 0)).isEmpty();
            assertThat(log.reader().indexOfSeq(snapshot.firstSeq())).isGreaterThan(snapshot.index());
        }
        assertThat(directory.segments().getFirst()).isEqualTo(snapshot.firstIndex());
        assertThat(directory.snapshots()).containsExactly(snapshot.index());
    }

    @Test
    void saysWhatTheEntriesSaid() {
        HistorySummary summary = new HistorySummary();
        history.entries(1, snapshot.index()).forEach(summary::add);

        assertThat(snapshot).isEqualTo(summary.toBase());
    }

    @Test
    void canBeTrimmedAgain() throws IOException {
        LogSnapshot second;
        try (JsonlSegmentLog log = new JsonlSegmentLog(data, SELF, LIMITS)) {
            log.recover();
            second = log.snapshotAt(log.parts().getFirst().lastIndex());
            log.trim(second);
            log.sweep();
        }
        HistorySummary summary = new HistorySummary();
        history.entries(1, second.index()).forEach(summary::add);

        assertThat(second).isEqualTo(summary.toBase());
        assertThat(directory.snapshots()).containsExactly(second.index());
        assertThat(start(data).start()).isEqualTo(second);
    }

    @Test
    void isReadByThoseWhoHaveBegunBefore() {
        Path other = copy(before, "other");
        try (JsonlSegmentLog log = new JsonlSegmentLog(other, SELF, LIMITS)) {
            log.recover();
            log.trim(log.snapshotAt(snapshot.index())); // the files are still there, as they are for a slow reader

            assertThat(log.reader().firstSeq()).isEqualTo(snapshot.firstSeq());
            assertThat(log.damageOf(log.closedParts(history.lastIndex()).getFirst(), bytes -> {}))
                    .isEmpty();
            log.sweep();
            assertThat(log.reader().read(snapshot.firstIndex(), history.lastIndex(), Integer.MAX_VALUE))
                    .isEqualTo(kept());
        }
    }

    @Nested
    class ACrash {
        @Test
        @DisplayName("C5: while it is trimmed leaves the log before or after, whatever was removed until then")
        void whileItIsTrimmed() throws IOException {
            Path partly = copy(before, "partly");
            assertThat(start(partly).start()).isEqualTo(LogSnapshot.START);
            String name = directory.snapshot(snapshot.index()).getFileName().toString();
            Files.write(partly.resolve(name + ".tmp"), new byte[] {'{'});
            assertThat(start(copy(partly, "half a snapshot")).start()).isEqualTo(LogSnapshot.START);
            Files.copy(directory.snapshot(snapshot.index()), partly.resolve(name));
            List<Path> steps = removedFiles(partly);
            for (int removed = 0; removed <= steps.size(); removed++) {
                Path crashed = copy(partly, "removed " + removed);
                for (Path file : steps.subList(0, removed)) {
                    Files.delete(crashed.resolve("log").resolve(file.getFileName()));
                }
                Recovery recovery = start(crashed);

                assertThat(recovery.start()).as("%d files removed", removed).isEqualTo(snapshot);
                assertThat(recovery.meta().repairing()).isFalse();
                assertThat(entriesOf(recovery)).isEqualTo(kept());
                assertThat(new DataDirectory(crashed).segments()).isEqualTo(directory.segments());
            }
        }

        @Test
        @DisplayName("C5: while a snapshot is installed leaves the old log or the snapshot")
        void whileASnapshotIsInstalled() throws IOException {
            long behind = directory.segments().getFirst() - 3;
            Path old = shortLog(behind);
            Path installed = copy(old, "installed");
            try (JsonlSegmentLog log = new JsonlSegmentLog(installed, SELF, LIMITS)) {
                log.recover();
                log.install(snapshot);
            }
            Path between = copy(old, "between");
            assertThat(entriesOf(start(copy(old, "not begun")))).isEqualTo(history.entries(1, behind));
            Path written = new DataDirectory(between).snapshot(snapshot.index());
            Files.copy(new DataDirectory(installed).snapshot(snapshot.index()), written);
            assertThat(start(copy(between, "snapshot")).start()).isEqualTo(snapshot);
            Path opened = new DataDirectory(between).segment(snapshot.firstIndex());
            Files.createFile(opened);
            assertThat(start(copy(between, "opened")).start()).isEqualTo(snapshot);
            Files.write(new DataDirectory(between).mark(), DataFolders.read(new DataDirectory(installed).mark()));
            Recovery marked = start(copy(between, "marked"));
            assertThat(marked.start()).isEqualTo(snapshot);
            assertThat(marked.meta().repairing()).isFalse();
            assertThat(marked.commitIndex()).isEqualTo(snapshot.index());
            assertThat(start(installed)).isEqualTo(marked);
        }

        private Path shortLog(long lastIndex) {
            Path old = folder.resolve("old");
            JsonlSegmentLog log = new JsonlSegmentLog(old, SELF, LIMITS);
            log.writeMeta(log.recover().meta().withCluster(new ClusterId(new UUID(7, 7))));
            log.append(history.entries(1, lastIndex));
            log.sync();
            log.close();
            return old;
        }

        private List<Path> removedFiles(Path whole) throws IOException {
            try (Stream<Path> files = Files.list(whole.resolve("log"))) {
                return files.filter(
                                f -> Long.parseLong(f.getFileName().toString().substring(0, 20)) <= snapshot.index())
                        .sorted()
                        .toList();
            }
        }
    }

    @Nested
    class DamageToTheSnapshot {
        @Test
        @DisplayName("P1: of any bit leaves a member in repair, never an empty log that looks whole")
        void isFoundInEachByte() throws IOException {
            byte[] good = DataFolders.read(directory.snapshot(snapshot.index()));
            for (int at = 0; at < good.length; at += 7) {
                Path damaged = copy(data, "damaged " + at);
                DataFolders.flip(new DataDirectory(damaged).snapshot(snapshot.index()), at, at % 8);

                Recovery recovery = start(damaged);

                assertThat(recovery.meta().repairing()).as("byte %d", at).isTrue();
                assertThat(entriesOf(recovery)).isEmpty();
                assertThat(new DataDirectory(damaged).quarantine().resolve("snapshot-" + snapshot.index() + ".json"))
                        .exists();
            }
        }

        @Test
        void isAsBadAsItsLoss() throws IOException {
            Files.delete(directory.snapshot(snapshot.index()));

            assertThat(start(data).meta().repairing()).isTrue();
        }

        @Test
        void doesNotMatterWhileTheEntriesAreThere() throws IOException {
            Path whole = copy(before, "whole");
            Path file = new DataDirectory(whole).snapshot(snapshot.index());
            Files.write(file, "{}".getBytes(StandardCharsets.US_ASCII));

            Recovery recovery = start(whole);

            assertThat(recovery.start()).isEqualTo(LogSnapshot.START);
            assertThat(recovery.meta().repairing()).isFalse();
            assertThat(file).doesNotExist();
        }

        @Test
        void isNotRead() {
            byte[] line = snapshot.line();
            assertThat(LogSnapshot.parse(line)).isEqualTo(snapshot);
            for (int at = 0; at < line.length; at++) {
                byte[] bad = line.clone();
                bad[at] ^= 1;
                assertThatThrownBy(() -> LogSnapshot.parse(bad)).isInstanceOf(MalformedEntryException.class);
            }
        }
    }

    @Nested
    class DamageToTheFirstSegment {
        @Test
        @DisplayName("P1: keeps the snapshot, and what is good behind it")
        void keepsTheSnapshot() throws IOException {
            DataFolders.flip(directory.segment(snapshot.firstIndex()), 100, 3);
            Files.delete(directory.seal(snapshot.firstIndex())); // so that the start reads it

            Recovery recovery = start(data);

            assertThat(recovery.start()).isEqualTo(snapshot);
            assertThat(recovery.meta().repairing()).isTrue();
            assertThat(entriesOf(recovery)).isEmpty();
            assertThat(start(data).start()).isEqualTo(snapshot);
        }
    }

    @Nested
    class ThoseWhoReadFolders {
        @Test
        void verifyWhatIsThere() {
            VerificationReport report = OfflineVerification.verify(List.of(data, before));

            assertThat(report.problems().filter(VerificationReport.Problem::isFailure))
                    .extracting(Object::toString)
                    .allMatch(p -> p.contains("the same store id")); // they are copies, and that is found
            assertThat(report.agreedIndex()).isEqualTo(history.lastIndex());
            assertThat(report.firstSeq()).isEqualTo(snapshot.firstSeq());
        }

        @Test
        void nameADamagedSnapshot() {
            DataFolders.flip(directory.snapshot(snapshot.index()), 20, 1);

            assertThat(OfflineVerification.verify(List.of(data)).passed()).isFalse();
        }

        @Test
        void recoverAClusterThatHasLostItsMajority() {
            LostMajorityRecovery.Recovered recovered;
            try (LostMajorityRecovery recovery = LostMajorityRecovery.examine(List.of(data))) {
                assertThat(recovery.plan().index()).isEqualTo(history.lastIndex());
                recovered = recovery.recover("now", 0);
            }
            Recovery started = start(data);

            assertThat(started.start()).isEqualTo(snapshot);
            assertThat(started.meta().repairing()).isFalse();
            assertThat(entriesOf(started)).startsWith(kept().toArray(LogEntry[]::new));
            assertThat(String.valueOf(started.meta().clusterId())).isEqualTo(recovered.cluster());
        }

        @Test
        void beginABackupBehindTheSnapshotAndRestoreIt() {
            Path backup = folder.resolve("backup");
            try (Backup copy = Backup.open(backup, LIMITS)) {
                copy.beginBehind(snapshot.line());
                kept().stream().limit(4).forEach(entry -> copy.append(entry.line()));
            }
            try (Backup copy = Backup.open(backup, LIMITS)) { // goes on where it ended
                assertThat(copy.lastIndex()).isEqualTo(snapshot.index() + 4);
                kept().stream().skip(4).forEach(entry -> copy.append(entry.line()));
                copy.complete("00000000-0000-0007-0000-000000000007", "2026-11-26T00:00:00.000Z");
            }
            BackupVerification.Report report = BackupVerification.verify(backup);
            assertThat(report.index()).isEqualTo(history.lastIndex());
            assertThat(report.firstSeq()).isEqualTo(snapshot.firstSeq());

            try (Backup copy = Backup.open(backup, LIMITS)) {
                assertThatThrownBy(() -> copy.beginBehind(snapshot.line()))
                        .isInstanceOf(StorageException.class)
                        .hasMessageContaining("begin a new one in another folder");
            }
            DataFolders.flip(backup.resolve("snapshot-" + snapshot.index() + ".json"), 20, 1);
            assertThatThrownBy(() -> BackupVerification.verify(backup))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("the snapshot cannot be used");
        }
    }

    private List<LogEntry> kept() {
        return history.entries(snapshot.firstIndex(), history.lastIndex());
    }

    private static Recovery start(Path root) {
        try (JsonlSegmentLog log = new JsonlSegmentLog(root, SELF, LIMITS)) {
            Recovery lazily = log.recover();
            List<LogEntry> entries = entriesOf(lazily);
            return new Recovery(lazily.meta(), lazily.start(), lazily.base(), lazily.commitIndex(), entries);
        }
    }

    private static List<LogEntry> entriesOf(Recovery recovery) {
        List<LogEntry> entries = new ArrayList<>();
        recovery.entries().forEach(entries::add);
        return entries;
    }

    private Path copy(Path root, String name) {
        Path target = folder.resolve(name);
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.toList()) {
                Files.copy(file, target.resolve(root.relativize(file).toString()));
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return target;
    }
}
