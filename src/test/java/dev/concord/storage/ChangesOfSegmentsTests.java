package dev.concord.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concord.protocol.NodeId;
import dev.concord.runtime.StorageException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Where the edits and deletes of a message are found, in a log of many files.
class ChangesOfSegmentsTests {
    private static final NodeId SELF = new NodeId(1);
    private static final SegmentLimits LIMITS = new SegmentLimits(64 << 10, 4 << 10);

    @TempDir
    Path folder;

    private final SampleHistory history = SampleHistory.founded(100).chats(2_000, 40);
    private JsonlSegmentLog log = new JsonlSegmentLog(Path.of(""), SELF, LIMITS);

    @BeforeEach
    void write() {
        log = open();
        log.append(history.entries());
        log.noteCommit(history.lastIndex());
        log.sync();
    }

    private JsonlSegmentLog open() {
        JsonlSegmentLog opened = new JsonlSegmentLog(folder, SELF, LIMITS);
        opened.recover();
        return opened;
    }

    private List<Path> closedSegments() {
        List<Path> segments = DataFolders.segments(folder);
        assertThat(segments).hasSizeGreaterThan(6);
        return segments.subList(0, segments.size() - 1);
    }

    private static void spoil(Path file) {
        DataFolders.write(file, new byte[DataFolders.read(file).length]);
    }

    private static Path sealOf(Path segment) {
        return segment.resolveSibling(segment.getFileName().toString().replace(".jsonl", ".seal"));
    }

    private static void assertShows(JsonlSegmentLog log, List<List<Long>> expected, long first, long last) {
        assertThat(SampleHistory.changes(log.reader(), first, last)).hasSameElementsAs(expected);
    }

    @Test
    void isKnownWithoutReadingAnyEntry() {
        log.close();
        closedSegments().subList(1, closedSegments().size() - 2).forEach(ChangesOfSegmentsTests::spoil);
        JsonlSegmentLog again = open();
        long before = again.bytesReadBack();

        assertShows(again, SampleHistory.changesIn(history.entries(), 1, 2_000), 1, 2_000);
        assertThat(again.bytesReadBack()).isEqualTo(before);
        again.close();
    }

    @Test
    void isLookedForInNoSegmentThatHoldsNoSuchChange() {
        log.close();
        JsonlSegmentLog again = open();
        closedSegments().forEach(segment -> {
            spoil(segment);
            spoil(sealOf(segment));
        });
        long newest = history.lastSeq();

        assertShows(again, SampleHistory.changesIn(history.entries(), newest - 20, newest), newest - 20, newest);
        assertShows(again, List.of(), newest + 1, newest + 1_000);
        assertThatThrownBy(() -> SampleHistory.changes(again.reader(), 900, 920))
                .isInstanceOf(StorageException.class);
    }

    @Test
    void isThatOfTheMessagesAskedForInTheOpenSegmentToo() {
        long newest = history.lastSeq();
        List<List<Long>> expected = SampleHistory.changesIn(history.entries(), newest - 20, newest - 12);

        assertThat(expected).isNotEmpty();
        assertShows(log, expected, newest - 20, newest - 12);
        log.close();
    }

    @Test
    void isReadFromTheSegmentItselfIfItsSealIsSpoiltMeanwhile() {
        log.close();
        JsonlSegmentLog again = open();
        closedSegments().forEach(segment -> spoil(sealOf(segment)));

        assertShows(again, SampleHistory.changesIn(history.entries(), 1, 2_000), 1, 2_000);
        again.close();
    }

    @Test
    void isWrittenAgainWithASealThatIsMissing() throws Exception {
        log.close();
        Path seal = sealOf(closedSegments().get(2));
        byte[] first = DataFolders.read(seal);
        Files.delete(seal);
        JsonlSegmentLog again = open();

        assertThat(DataFolders.read(seal)).isEqualTo(first);
        assertThat(new String(first, java.nio.charset.StandardCharsets.UTF_8)).contains("\"changes\":{\"count\":");
        assertShows(again, SampleHistory.changesIn(history.entries(), 1, 2_000), 1, 2_000);
        again.close();
    }

    @Test
    void goesWithAChangeThatIsCut() {
        log.close();
        JsonlSegmentLog shorter = new JsonlSegmentLog(folder.resolve("other"), SELF, LIMITS);
        shorter.recover();
        shorter.append(history.entries());
        long cut = history.lastIndex() - 900; // some segments back
        shorter.rewind(cut);

        assertShows(shorter, SampleHistory.changesIn(history.entries(1, cut - 1), 1, 2_000), 1, 2_000);
        shorter.close();
    }

    @Test
    void leavesTheSealsOfALogWithoutChangesAsTheyWere() {
        SampleHistory plain = SampleHistory.founded(100).chats(6, 40); // the seventh would be an edit
        JsonlSegmentLog other = new JsonlSegmentLog(folder.resolve("plain"), SELF, new SegmentLimits(500, 100));
        other.recover();
        other.append(plain.entries());
        other.close();

        assertThat(DataFolders.segments(folder.resolve("plain"))).hasSizeGreaterThan(2);
        Path seal = sealOf(DataFolders.segments(folder.resolve("plain")).getFirst());
        assertThat(new String(DataFolders.read(seal), java.nio.charset.StandardCharsets.UTF_8))
                .matches("(?s).*\"sparse\":\\[[^{}]*],\"crc\":\"[0-9a-f]{8}\"}\n");
    }
}
