package dev.concord.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concord.protocol.Levels;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.Meta;
import dev.concord.protocol.NodeId;
import dev.concord.runtime.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// One bit flips, at any byte of any file: it is named, or it does no harm; it is never passed over.
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
        meta = log.recover().meta();
        log.append(history.entries());
        log.noteCommit(history.lastIndex());
        log.close();
        segments = DataFolders.segments(data);
        assertThat(segments).hasSizeGreaterThan(2);
    }

    @Nested
    class InTheLastSegment {
        @Test
        void stopsTheStartAndIsNamed() {
            Path last = segments.getLast();
            byte[] good = DataFolders.read(last);
            for (int at = 0; at < good.length; at++) {
                DataFolders.flip(last, at, at % 8);

                assertThatThrownBy(() -> StartUpCheck.of(directory, LIMITS))
                        .as("byte %d", at)
                        .isInstanceOf(StorageException.class)
                        .hasMessageContaining(last + ", byte " + startOfLine(good, at) + ", entry ");
                DataFolders.write(last, good);
            }
        }

        @Test
        void changesNothingOnTheDisk() throws IOException {
            DataFolders.flip(segments.getLast(), 100, 3);
            Path before = folder.resolve("before");
            DataFolders.copy(data, before);

            assertThatThrownBy(() -> new JsonlSegmentLog(data, SELF, LIMITS).recover())
                    .isInstanceOf(StorageException.class);

            for (Path file : DataFolders.files(before)) {
                assertThat(data.resolve(before.relativize(file).toString())).hasSameBinaryContentAs(file);
            }
            assertThat(DataFolders.files(data)).hasSameSizeAs(DataFolders.files(before));
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
        void stopsTheStartWhenItsSizeIsWrong() {
            for (byte[] content : List.of(new byte[0], "rubbish\n".getBytes(java.nio.charset.StandardCharsets.UTF_8))) {
                DataFolders.write(segments.get(1), content);

                assertThatThrownBy(() -> StartUpCheck.of(directory, LIMITS))
                        .isInstanceOf(StorageException.class)
                        .hasMessageContaining("entry ");
            }
        }

        @Test
        void stopsTheStartWhenItIsMissing() throws IOException {
            Files.delete(segments.get(1));

            assertThatThrownBy(() -> StartUpCheck.of(directory, LIMITS))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("the segment is missing, only its seal is there");

            Files.delete(directory.seals().stream()
                    .map(directory::seal)
                    .filter(s -> s.toString()
                            .replace(".seal", ".jsonl")
                            .equals(segments.get(1).toString()))
                    .findFirst()
                    .orElseThrow());
            assertThatThrownBy(() -> StartUpCheck.of(directory, LIMITS))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("are missing before this file");
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
                assertThat(StartUpCheck.of(directory, LIMITS).open().end().hash())
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

                    assertThat(StartUpCheck.of(directory, LIMITS).mark().durableIndex())
                            .as("slot %d, byte %d", slot, at)
                            .isEqualTo(history.lastIndex());
                    DataFolders.write(directory.mark(), good);
                }
            }
        }

        @Test
        void stopsTheStartInBothSlots() {
            DataFolders.flip(directory.mark(), 12, 1);
            DataFolders.flip(directory.mark(), DurableMark.SLOT_BYTES + 12, 1);

            assertThatThrownBy(() -> new JsonlSegmentLog(data, SELF, LIMITS).recover())
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("durable.mark: neither slot can be read");
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

    private SegmentReader readerOfWhatStartUpFinds() throws IOException {
        StartUpCheck check = StartUpCheck.of(directory, LIMITS);
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
