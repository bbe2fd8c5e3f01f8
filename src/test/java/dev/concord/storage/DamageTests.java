package dev.concord.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concord.node.Recovery;
import dev.concord.protocol.ClusterId;
import dev.concord.protocol.Levels;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.Meta;
import dev.concord.protocol.NodeId;
import dev.concord.runtime.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// One bit flips, at any byte of any file: it is named, or it does no harm; it is never passed over (S6, P1).
class DamageTests {
    private static final NodeId SELF = new NodeId(1);
    private static final SegmentLimits LIMITS = new SegmentLimits(1_200, 500);

    @TempDir
    Path folder;

    private final SampleHistory history =
            SampleHistory.founded(200_000).chats(3, 5).term(1).chats(8, 5);
    private Path data;
    private DataDirectory directory;
    private List<Path> segments;
    private Meta meta;
    private final SegmentFiles files = new SegmentFiles();

    @BeforeEach
    void writeASmallLog() {
        data = folder.resolve("data");
        directory = new DataDirectory(data);
        JsonlSegmentLog log = new JsonlSegmentLog(data, SELF, LIMITS);
        meta = log.recover().meta().withCluster(new ClusterId(new UUID(7, 7)));
        log.writeMeta(meta);
        log.append(history.entries());
        log.noteCommit(history.lastIndex());
        log.close();
        segments = DataFolders.segments(data);
        assertThat(segments).hasSizeGreaterThan(2);
    }

    @Nested
    class InTheLastSegment {
        @Test
        void isNamedWithItsPlace() throws IOException {
            Path last = segments.getLast();
            byte[] good = DataFolders.read(last);
            for (int at = 0; at < good.length; at++) {
                DataFolders.flip(last, at, at % 8);

                assertThat(damage()).as("byte %d", at).contains(last + ", byte " + startOfLine(good, at) + ", entry ");
                DataFolders.write(last, good);
            }
        }

        @Test
        @DisplayName("P1: is cut and kept in quarantine, and the member is in repair from then on")
        void isCutAndKept() throws IOException {
            Path last = segments.getLast();
            DataFolders.flip(last, 100, 3);
            byte[] bad = DataFolders.read(last);

            Recovery recovery = start();

            assertThat(recovery.meta()).isEqualTo(meta.withRepairing(true));
            List<LogEntry> kept = new ArrayList<>();
            recovery.entries().forEach(kept::add);
            assertThat(kept).isEqualTo(history.entries(1, kept.size()));
            assertThat(recovery.commitIndex()).isEqualTo(kept.size());
            assertThat(directory.quarantine().resolve(last.getFileName())).hasBinaryContent(bad);
        }

        @Test
        void staysARepairOverFurtherStarts() {
            DataFolders.flip(segments.getLast(), 100, 3);
            start();

            assertThat(start().meta().repairing()).isTrue();
        }

        @Test
        @DisplayName("P1: the flag is durable before anything is cut")
        void marksTheMemberFirst() throws IOException {
            DataFolders.flip(segments.getLast(), 100, 3);
            Files.write(directory.quarantine(), new byte[0]); // so that nothing can be put there

            assertThatThrownBy(DamageTests.this::start).isInstanceOf(StorageException.class);

            assertThat(MetaFile.open(directory, SELF, true, Levels.FIRST).meta().repairing())
                    .isTrue();
            assertThat(segments.getLast()).exists();
        }

        @Test
        @DisplayName("P1: a member that found no cluster yet has told nobody anything, and needs no repair")
        void isJustCutBeforeThereIsACluster() {
            JsonlSegmentLog log = new JsonlSegmentLog(data, SELF, LIMITS);
            log.recover();
            log.writeMeta(Meta.fresh(meta.self(), 1));
            log.close();
            DataFolders.flip(segments.getLast(), 100, 3);

            assertThat(start().meta().repairing()).isFalse();
        }

        @Test
        @DisplayName("trap 12: so is a file that ends cleanly before the durable mark")
        void isAlsoACleanEndTooEarly() throws IOException {
            Path last = segments.getLast();
            DataFolders.write(
                    last,
                    Arrays.copyOf(
                            DataFolders.read(last), history.entry(lastFirst()).sizeInBytes()));

            assertThat(damage()).contains("the log ends here, but entries up to " + history.lastIndex());
            assertThat(start().meta().repairing()).isTrue();
        }

        private long lastFirst() throws IOException {
            return directory.segments().getLast();
        }
    }

    @Nested
    class InAClosedSegment {
        @Test
        void isNamedByWhoeverReadsItAndNeverServed() throws IOException {
            Path closed = segments.getFirst();
            byte[] good = DataFolders.read(closed);
            for (int at = 0; at < good.length; at++) {
                DataFolders.flip(closed, at, at % 8);
                SegmentReader reader = readerOfWhatStartUpFinds();

                assertThatThrownBy(() -> readAllOneByOne(reader))
                        .as("byte %d", at)
                        .isInstanceOf(StorageException.class)
                        .hasMessageContaining(closed + ", byte " + startOfLine(good, at));
                DataFolders.write(closed, good);
            }
        }

        @Test
        void leavesTheRestReadable() throws IOException {
            DataFolders.flip(segments.getFirst(), 10, 0);

            List<LogEntry> last = readerOfWhatStartUpFinds().read(history.lastIndex(), history.lastIndex(), 0);

            assertThat(last).containsExactly(history.entry(history.lastIndex()));
        }

        @Test
        void isFoundAtTheStartWhenItsSizeIsWrong() throws IOException {
            for (byte[] content : List.of(new byte[0], "rubbish\n".getBytes(java.nio.charset.StandardCharsets.UTF_8))) {
                DataFolders.write(segments.get(1), content);

                assertThat(damage()).contains("entry ");
            }
        }

        @Test
        void isFoundAtTheStartWhenItIsMissing() throws IOException {
            Files.delete(segments.get(1));

            assertThat(damage()).contains("the segment is missing, only its seal is there");

            Files.delete(directory.seal(directory.seals().get(1)));
            assertThat(damage()).contains("are missing before this file");
        }

        @Test
        @DisplayName("P1: leaves what is before it, and puts all that follows into quarantine")
        void leavesWhatIsBefore() throws IOException {
            Path second = segments.get(1);
            byte[] good = DataFolders.read(second);
            for (int at : List.of(0, good.length / 2, good.length - 1)) {
                restoreAll();
                DataFolders.flip(second, at, 1);
                Files.delete(directory.seal(directory.seals().get(1)));

                Recovery recovery = start();

                List<LogEntry> kept = new ArrayList<>();
                recovery.entries().forEach(kept::add);
                assertThat(kept).as("byte %d", at).isEqualTo(history.entries(1, kept.size()));
                assertThat(kept.size())
                        .isGreaterThanOrEqualTo(directory.segments().getFirst().intValue());
                assertThat(recovery.meta().repairing()).isTrue();
                assertThat(directory.quarantine().resolve(segments.getLast().getFileName()))
                        .exists();
                append(history.entries(kept.size() + 1L, history.lastIndex()));
                assertThat(DataFolders.read(second)).isEqualTo(good);
            }
        }

        @Test
        @DisplayName("S6: is looked for behind good seals too, once the member is in repair")
        void isFoundBehindAGoodSealInRepair() throws IOException {
            DataFolders.flip(segments.getFirst(), 300, 1);
            assertThat(StartUpCheck.of(directory, LIMITS, false).damage()).isNull();

            assertThat(StartUpCheck.of(directory, LIMITS, true).damage()).isNotNull();
        }

        private void restoreAll() throws IOException {
            for (Path file : DataFolders.files(data)) {
                Files.delete(file);
            }
            writeASmallLog();
        }

        private void append(List<LogEntry> entries) {
            JsonlSegmentLog log = new JsonlSegmentLog(data, SELF, LIMITS);
            log.recover();
            log.append(entries);
            log.close();
        }
    }

    @Nested
    class InASeal {
        @Test
        void makesTheSegmentBeReadInItsStead() throws IOException {
            Path seal = directory.seal(1);
            byte[] good = DataFolders.read(seal);
            for (int at = 0; at < good.length - 1; at++) { // the last byte is a line feed that nobody needs
                DataFolders.flip(seal, at, at % 8);

                assertThat(Seal.readIfGood(seal)).as("byte %d", at).isNull();
                assertThat(StartUpCheck.of(directory, LIMITS, false)
                                .open()
                                .end()
                                .hash())
                        .isEqualTo(history.entry(history.lastIndex()).hash());
                DataFolders.write(seal, good);
            }
        }

        @Test
        void isMendedAndTheDamagedFileKept() {
            Path seal = directory.seal(1);
            byte[] good = DataFolders.read(seal);
            DataFolders.flip(seal, 20, 1);

            JsonlSegmentLog log = new JsonlSegmentLog(data, SELF, LIMITS);
            log.recover();
            log.close();

            assertThat(seal).hasBinaryContent(good);
            assertThat(directory.quarantine().resolve(seal.getFileName())).exists();
        }
    }

    @Nested
    class InTheMetaRecord {
        @Test
        void isMadeGoodFromTheOtherCopy() throws IOException {
            byte[] good = DataFolders.read(directory.metaA());
            for (int at = 0; at < good.length - 1; at++) {
                DataFolders.flip(directory.metaA(), at, at % 8);

                assertThat(MetaFile.open(directory, SELF, true, Levels.FIRST).meta())
                        .as("byte %d", at)
                        .isEqualTo(meta);
                DataFolders.write(directory.metaA(), good);
            }
            DataFolders.flip(directory.metaA(), 5, 0);
            JsonlSegmentLog log = new JsonlSegmentLog(data, SELF, LIMITS);
            log.recover();
            log.close();
            assertThat(directory.metaA()).hasSameBinaryContentAs(directory.metaB());
            assertThat(directory.quarantine().resolve("meta.a")).exists();
        }

        @Test
        void inBothCopiesIsTheLossOfTheIdentity() {
            DataFolders.flip(directory.metaA(), 30, 2);
            DataFolders.flip(directory.metaB(), 31, 2);

            assertThatThrownBy(() -> new JsonlSegmentLog(data, SELF, LIMITS).recover())
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("identity of this node is lost")
                    .hasMessageContaining("meta.a: the checksum does not match")
                    .hasMessageContaining("joins as a new store");
        }

        @Test
        void isNeverTakenForANewNodeWhileALogIsThere() throws IOException {
            Files.delete(directory.metaA());
            Files.delete(directory.metaB());

            assertThatThrownBy(() -> new JsonlSegmentLog(data, SELF, LIMITS).recover())
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("identity of this node is lost");
        }
    }

    @Nested
    class InTheDurableMark {
        @Test
        void isHarmlessInOneSlot() throws IOException {
            byte[] good = DataFolders.read(directory.mark());
            for (int slot = 0; slot < 2; slot++) {
                for (int at = 0; at < 200; at++) {
                    DataFolders.flip(directory.mark(), slot * DurableMark.SLOT_BYTES + at, at % 8);

                    assertThat(StartUpCheck.of(directory, LIMITS, false).mark().durableIndex())
                            .as("slot %d, byte %d", slot, at)
                            .isEqualTo(history.lastIndex());
                    DataFolders.write(directory.mark(), good);
                }
            }
        }

        @Test
        @DisplayName("P1: in both slots leaves the log as it is, in repair: nobody knows how much was acknowledged")
        void inBothSlotsMeansRepair() throws IOException {
            DataFolders.flip(directory.mark(), 12, 1);
            DataFolders.flip(directory.mark(), DurableMark.SLOT_BYTES + 12, 1);
            assertThat(damage()).contains("durable.mark").contains("neither slot can be read");

            Recovery recovery = start();

            assertThat(recovery.meta().repairing()).isTrue();
            assertThat(recovery.entries()).hasSize((int) history.lastIndex());
            assertThat(recovery.commitIndex()).isZero();
            assertThat(directory.quarantine().resolve("durable.mark")).exists();
        }

        @Test
        void thatPointsIntoADamagedSegmentMakesItBeRead() throws IOException {
            DataFolders.flip(segments.getFirst(), 300, 1);
            LogEntry third = history.entry(3);
            DurableMark.open(directory.mark(), new DurableMark.Value(3, third.hash(), 1))
                    .close();

            assertThat(StartUpCheck.of(directory, LIMITS, false).damage()).isNotNull();
        }

        @Test
        void ofAnotherHistoryStopsTheStart() throws IOException {
            DurableMark.Value foreign =
                    new DurableMark.Value(history.lastIndex(), history.entry(1).hash(), 1);
            DurableMark.open(directory.mark(), foreign).close();

            assertThatThrownBy(() -> new JsonlSegmentLog(data, SELF, LIMITS).recover())
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("log and mark are not of one history");
        }
    }

    /// What a start would find, in words; nothing is changed.
    private String damage() throws IOException {
        return String.valueOf(StartUpCheck.of(directory, LIMITS, false).damage());
    }

    private Recovery start() {
        try (JsonlSegmentLog log = new JsonlSegmentLog(data, SELF, LIMITS)) {
            Recovery lazily = log.recover();
            List<LogEntry> entries = new ArrayList<>();
            lazily.entries().forEach(entries::add);
            return new Recovery(lazily.meta(), lazily.start(), lazily.base(), lazily.commitIndex(), entries);
        }
    }

    private SegmentReader readerOfWhatStartUpFinds() throws IOException {
        StartUpCheck check = StartUpCheck.of(directory, LIMITS, false);
        List<Segment> found = new ArrayList<>();
        check.closed().forEach(s -> found.add(Segment.closed(directory, s)));
        found.add(Segment.open(directory, check.open()));
        SegmentView view = new SegmentView(found);
        return new SegmentReader(() -> view, files);
    }

    private void readAllOneByOne(SegmentReader reader) {
        for (long index = 1; index <= history.lastIndex(); index++) {
            assertThat(reader.read(index, index, 0)).containsExactly(history.entry(index));
        }
    }

    /// Offset of the line that holds this byte; a line feed belongs to the line it ends.
    private static int startOfLine(byte[] content, int at) {
        int start = at;
        while (start > 0 && content[start - 1] != '\n') {
            start--;
        }
        return start;
    }
}
