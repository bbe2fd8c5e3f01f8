package dev.concord.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concord.node.Recovery;
import dev.concord.protocol.Address;
import dev.concord.protocol.ClusterId;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.MalformedEntryException;
import dev.concord.protocol.Member;
import dev.concord.protocol.Meta;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.Peer;
import dev.concord.protocol.StoreId;
import dev.concord.protocol.Term;
import dev.concord.runtime.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Backups, what is made of them, and what is made of the last folder of a lost cluster; on real files.
class BackupTests {
    private static final SegmentLimits LIMITS = new SegmentLimits(2_000, 400);
    private static final String CLUSTER = new UUID(7, 7).toString();
    private static final Peer NODE = new Peer(
            new Member(new NodeId(3), new StoreId(new UUID(0, 0))), new Address("127.0.0.1", 5003), "http://c");

    @TempDir
    Path folder;

    private final SampleHistory history =
            SampleHistory.founded(200_000).chats(30).term(2).chats(10);

    private Path backup() {
        return folder.resolve("backup");
    }

    private Path target() {
        return folder.resolve("restored");
    }

    private void take(long from, long to) {
        take(from, to, LIMITS);
    }

    private void take(long from, long to, SegmentLimits limits) {
        try (Backup backup = Backup.open(backup(), limits)) {
            assertThat(backup.lastIndex()).isEqualTo(from - 1);
            history.entries(from, to).forEach(e -> backup.append(e.line()));
            backup.complete(CLUSTER, "now");
        }
    }

    @Nested
    class Taking {
        @Test
        void makesTheSameSegmentsAsANode() {
            Path node = node("node", history.entries(), 42, new Term(2));
            take(1, 42);

            List<Path> own = DataFolders.segments(backup());
            assertThat(own).hasSizeGreaterThan(3);
            for (int i = 0; i < own.size(); i++) {
                assertThat(own.get(i))
                        .hasSameBinaryContentAs(DataFolders.segments(node).get(i));
            }
            assertThat(BackupVerification.verify(backup()).seq()).isEqualTo(40);
            assertThat(OfflineVerification.verify(List.of(node, backup())).passed())
                    .isTrue();
        }

        @Test
        void copiesOnlyWhatIsNewAndLeavesClosedSegmentsAlone() throws IOException {
            take(1, 25);
            Path closed = DataFolders.segments(backup()).getFirst();
            Object key = Files.readAttributes(closed, "unix:ino,ctime");

            take(26, 42);

            assertThat((Object) Files.readAttributes(closed, "unix:ino,ctime")).isEqualTo(key);
            assertThat(BackupVerification.verify(backup()).index()).isEqualTo(42);
        }

        @Test
        void goesOnWhereItWasInterrupted() {
            try (Backup backup = Backup.open(backup(), LIMITS)) {
                history.entries(1, 20).forEach(e -> backup.append(e.line()));
            }
            assertThatThrownBy(() -> BackupVerification.verify(backup()))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("was never completed");
            take(21, 42);
            assertThat(BackupVerification.verify(backup()).index()).isEqualTo(42);
        }

        /// A run that was cut anywhere: what was complete before it stays good, and the next run goes on.
        @Test
        void isNeverSpoiltByARunThatDies() {
            SegmentLimits large = new SegmentLimits(100_000, 400);
            take(1, 25, large);
            Path good = folder.resolve("good");
            DataFolders.copy(backup(), good);
            take(26, 27, large);
            Path last = DataFolders.segments(backup()).getLast();
            byte[] longer = DataFolders.read(last);
            int before = DataFolders.read(good.resolve("log").resolve(last.getFileName())).length;
            assertThat(longer.length).isGreaterThan(before);
            for (int cut = before; cut <= longer.length; cut += 3) {
                Path torn = folder.resolve("torn-" + cut);
                DataFolders.copy(good, torn);
                DataFolders.write(
                        torn.resolve("log").resolve(last.getFileName()), java.util.Arrays.copyOf(longer, cut));
                assertThat(BackupVerification.verify(torn).index()).isEqualTo(25);
                try (Backup again = Backup.open(torn, large)) {
                    history.entries(again.lastIndex() + 1, 42).forEach(e -> again.append(e.line()));
                    again.complete(CLUSTER, "later");
                }
                assertThat(BackupVerification.verify(torn).index()).isEqualTo(42);
            }
        }

        @Test
        void refusesLinesOfAnotherHistory() {
            SampleHistory other = history.branch("other").cutFrom(18).chats(10);
            try (Backup backup = Backup.open(backup(), LIMITS)) {
                history.entries(1, 18).forEach(e -> backup.append(e.line()));
                assertThatThrownBy(() -> backup.append(other.entry(19).line()))
                        .isInstanceOf(MalformedEntryException.class)
                        .hasMessageContaining("of another history");
                assertThatThrownBy(() -> backup.append(history.entry(20).line()))
                        .hasMessageContaining("entry 20 where 19 was due");
            }
        }

        @Test
        void refusesAFolderOfSomethingElse() {
            Path node = node("node", history.entries(), 42, new Term(2));
            assertThatThrownBy(() -> Backup.open(node)).hasMessageContaining("is not empty and no backup");
        }

        @Test
        void findsEveryDamagedByte() {
            take(1, 42);
            for (Path file : List.of(DataFolders.segments(backup()).get(1), backup().resolve("backup.json"))) {
                byte[] good = DataFolders.read(file);
                for (int at = 0; at < good.length - 1; at += 7) {
                    DataFolders.flip(file, at, at % 8);
                    assertThatThrownBy(() -> BackupVerification.verify(backup()))
                            .as("byte %d of %s", at, file)
                            .isInstanceOf(StorageException.class)
                            .hasMessageContaining(file.toString());
                    assertThatThrownBy(() -> Restoration.restore(backup(), target(), NODE, 0))
                            .isInstanceOf(StorageException.class);
                    assertThat(target()).doesNotExist();
                    DataFolders.write(file, good);
                }
            }
        }
    }

    @Nested
    class Restoring {
        @Test
        void makesTheFounderOfANewCluster() {
            take(1, 42);
            Restoration.Restored restored = Restoration.restore(backup(), target(), NODE, 1);

            Recovery recovery = recovered(target());
            Meta meta = recovery.meta();
            assertThat(meta.clusterId()).isEqualTo(ClusterId.of(restored.cluster()));
            assertThat(restored.cluster()).isNotEqualTo(CLUSTER);
            assertThat(restored.formerCluster()).isEqualTo(CLUSTER);
            assertThat(meta.self().id()).isEqualTo(new NodeId(3));
            assertThat(meta.self().store()).isNotEqualTo(NODE.member().store());
            assertThat(meta.currentTerm()).isEqualTo(new Term(3));
            assertThat(meta.promisedTo()).isEqualTo(meta.self());
            List<LogEntry> entries = entries(target());
            assertThat(entries.subList(0, 42)).isEqualTo(history.entries());
            assertThat(entries).hasSize(43);
            assertThat(entries.getLast().configuration().voters())
                    .singleElement()
                    .satisfies(p -> assertThat(p.member()).isEqualTo(meta.self()));
            assertThat(entries.getLast().term()).isEqualTo(new Term(3));
            assertThat(OfflineVerification.verify(List.of(target())).passed()).isTrue();
        }

        /// Two restores of one backup are two clusters.
        @Test
        void neverMakesTheSameClusterTwice() {
            take(1, 42);
            Restoration.Restored one = Restoration.restore(backup(), target(), NODE, 1);
            Restoration.Restored two = Restoration.restore(backup(), folder.resolve("second"), NODE, 1);
            assertThat(one.cluster()).isNotEqualTo(two.cluster());
        }

        @Test
        void leavesOutWhatAnUnfinishedRunAdded() {
            take(1, 25);
            try (Backup backup = Backup.open(backup(), LIMITS)) {
                history.entries(26, 42).forEach(e -> backup.append(e.line()));
            }
            Restoration.restore(backup(), target(), NODE, 1);
            assertThat(entries(target()).subList(0, 25)).isEqualTo(history.entries(1, 25));
            assertThat(entries(target())).hasSize(26);
        }

        @Test
        void refusesAFolderThatIsInUse() throws IOException {
            take(1, 42);
            Files.createDirectories(target());
            Files.writeString(target().resolve("letter.txt"), "dear node");
            assertThatThrownBy(() -> Restoration.restore(backup(), target(), NODE, 1))
                    .hasMessageContaining("is not empty");
        }

        /// Killed before the identity was written: no node starts on it, and the next restore begins anew.
        @Test
        void isBegunAnewAfterItWasInterrupted() throws IOException {
            take(1, 42);
            Restoration.restore(backup(), target(), NODE, 1);
            Files.delete(target().resolve("meta.a"));
            Files.delete(target().resolve("meta.b"));
            assertThatThrownBy(() -> Restoration.restore(backup(), target(), NODE, 1))
                    .hasMessageContaining("is not empty");
            Files.writeString(target().resolve("restoring"), "");
            assertThatThrownBy(() -> recovered(target())).isInstanceOf(StorageException.class);

            Restoration.restore(backup(), target(), NODE, 1);
            assertThat(entries(target())).hasSize(43);
            assertThat(target().resolve("restoring")).doesNotExist();
        }
    }

    @Nested
    class AfterALostMajority {
        @Test
        void takesTheLogWithTheGreatestTermThenTheLongest() {
            Path longer =
                    node("longer", SampleHistory.founded(200_000).chats(50).entries(), 30, new Term(1));
            Path newer = node("newer", history.entries(1, 40), 30, new Term(2));
            try (var recovery = LostMajorityRecovery.examine(List.of(longer, newer))) {
                assertThat(recovery.plan().folder()).isEqualTo(newer);
                assertThat(recovery.plan().index()).isEqualTo(40);
                assertThat(recovery.plan().committed()).isEqualTo(30);
            }
        }

        @Test
        void keepsEverythingOfTheBestLogUnderNewIds() throws IOException {
            Path left = node("left", history.entries(), 35, new Term(9));
            Meta before = meta(left);
            String cluster;
            try (var recovery = LostMajorityRecovery.examine(List.of(left))) {
                cluster = recovery.recover("now", 5).cluster();
            }
            List<LogEntry> entries = entries(left);
            assertThat(entries.subList(0, 42)).isEqualTo(history.entries());
            assertThat(entries.getLast().term()).as("above every promise").isEqualTo(new Term(10));
            assertThat(entries.getLast().configuration().voters()).hasSize(1);
            Meta after = meta(left);
            assertThat(after.clusterId()).isEqualTo(ClusterId.of(cluster)).isNotEqualTo(before.clusterId());
            assertThat(after.self().store()).isNotEqualTo(before.self().store());
            assertThat(Files.readAllLines(left.resolve("recovery.log"))).hasSize(2);
            assertThat(OfflineVerification.verify(List.of(left)).passed()).isTrue();
        }

        @Test
        void looksWithoutChangingAnything() {
            Path left = node("left", history.entries(), 35, new Term(2));
            Path copy = folder.resolve("copy");
            DataFolders.copy(left, copy);
            try (var recovery = LostMajorityRecovery.examine(List.of(left))) {
                assertThat(recovery.plan().voters()).isEqualTo(1);
            }
            for (Path file : DataFolders.files(copy)) {
                if (!file.endsWith("lock")) {
                    assertThat(left.resolve(copy.relativize(file))).hasSameBinaryContentAs(file);
                }
            }
        }

        @Test
        void keepsTheGoodBeginningOfADamagedLogAndPutsTheRestAside() {
            Path left = node("left", history.entries(), 42, new Term(2));
            Path second = DataFolders.segments(left).get(1);
            DataFolders.flip(second, 700, 3);
            int segments = DataFolders.segments(left).size();
            long kept;
            try (var recovery = LostMajorityRecovery.examine(List.of(left))) {
                kept = recovery.plan().index();
                assertThat(recovery.plan().damage()).isNotEmpty();
                assertThat(recovery.plan().durable()).isEqualTo(42);
                recovery.recover("now", 5);
            }
            assertThat(kept).isBetween(8L, 20L);
            assertThat(entries(left).subList(0, (int) kept)).isEqualTo(history.entries(1, kept));
            assertThat(entries(left)).hasSize((int) kept + 1);
            assertThat(DataFolders.files(left.resolve("quarantine")).stream()
                            .filter(f -> f.toString().endsWith(".jsonl")))
                    .hasSize(segments - 1);
        }

        @Test
        void refusesFoldersThatCannotBeOfOneHistory() {
            Path one = node("one", history.entries(), 42, new Term(2));
            Path two = node("two", history.branch("b").cutFrom(18).chats(9).entries(), 25, new Term(1));
            assertThatThrownBy(() -> LostMajorityRecovery.examine(List.of(one, two)))
                    .hasMessageContaining("The committed entry 25");
        }

        @Test
        void refusesAFolderThatANodeUses() {
            Path left = node("left", history.entries(), 42, new Term(2));
            JsonlSegmentLog running = new JsonlSegmentLog(left, new NodeId(1), LIMITS);
            running.recover();
            assertThatThrownBy(() -> LostMajorityRecovery.examine(List.of(left)))
                    .hasMessageContaining("is in use by another process");
            running.close();
            try (var recovery = LostMajorityRecovery.examine(List.of(left))) {
                assertThat(recovery.plan().index()).isEqualTo(42);
            }
        }
    }

    private Path node(String name, List<LogEntry> entries, long commit, Term term) {
        Path data = folder.resolve(name);
        try (JsonlSegmentLog log = new JsonlSegmentLog(data, new NodeId(1), LIMITS)) {
            Meta fresh = log.recover().meta();
            log.writeMeta(fresh.withCluster(ClusterId.of(CLUSTER)).withTerm(term, fresh.self()));
            log.append(entries);
            log.noteCommit(commit);
            log.sync();
        }
        return data;
    }

    private static Meta meta(Path data) throws IOException {
        return MetaFile.newest(MetaFile.copies(new DataDirectory(data))).meta();
    }

    private static Recovery recovered(Path data) {
        try (JsonlSegmentLog log = new JsonlSegmentLog(data, new NodeId(3))) {
            return log.recover();
        }
    }

    private static List<LogEntry> entries(Path data) {
        NodeId id;
        try {
            id = meta(data).self().id();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        try (JsonlSegmentLog log = new JsonlSegmentLog(data, id)) {
            log.recover();
            return log.reader().read(1, Long.MAX_VALUE, Integer.MAX_VALUE);
        }
    }
}
