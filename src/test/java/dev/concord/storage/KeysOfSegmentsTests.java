package dev.concord.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.node.Recovery;
import dev.concord.node.Recovery.KeyVisitor;
import dev.concord.protocol.ChainHash;
import dev.concord.protocol.ChatBody;
import dev.concord.protocol.ClusterId;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.LogPosition;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.Term;
import dev.concord.runtime.LogReader.RoomSummary;
import dev.concord.runtime.LogReader.RoomsUpTo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A start gets the keys of the window from files beside the segments, and the same keys whatever has become of those
/// files (X5).
class KeysOfSegmentsTests {
    private static final NodeId SELF = new NodeId(1);
    private static final SegmentLimits LIMITS = new SegmentLimits(64 << 10, 4 << 10);
    private static final int WINDOW = 2_500;

    @TempDir
    Path folder;

    private SampleHistory history =
            SampleHistory.founded(WINDOW).chats(2_000, 40).term(2).chats(4_000, 40);
    private Path data;
    private DataDirectory directory;

    /// What a start knows of a message that it does not read.
    private record Key(long seq, long index, long payloadHash, String key) {
        static Key of(LogEntry entry) {
            byte[] key = new byte[entry.body().keyLength()];
            entry.body().copyKey(key, 0);
            return new Key(entry.seq(), entry.index(), entry.body().payloadHash(), text(key));
        }

        static String text(byte[] key) {
            return new String(key, StandardCharsets.UTF_8);
        }
    }

    @BeforeEach
    void writeALog() {
        data = folder.resolve("data");
        directory = new DataDirectory(data);
        try (JsonlSegmentLog log = new JsonlSegmentLog(data, SELF, LIMITS)) {
            log.writeMeta(log.recover().meta().withCluster(new ClusterId(new UUID(7, 7))));
            append(log, history.entries());
        }
    }

    @Test
    void areThereForTheWholeWindow() {
        assertThat(keysOfAStart()).containsExactlyElementsOf(expected(history));
    }

    @Test
    void spareAStartTheReadingOfEntries() {
        try (JsonlSegmentLog log = new JsonlSegmentLog(data, SELF, LIMITS)) {
            Recovery recovery = log.recover();
            recovery.keys().forEach((seq, index, payloadHash, source, at, length) -> {});
            recovery.entries().forEach(entry -> assertThat(entry).isEqualTo(history.entry(entry.index())));

            assertThat(recovery.base().index()).isBetween(history.lastIndex() - 1_100, history.lastIndex() - 1_024);
            assertThat(log.bytesReadBack()).isLessThan(8L * LineScanner.CHUNK_BYTES);
        }
    }

    /// Whoever compares or reads `log/*` finds what is the same on all nodes, and text.
    @Test
    void leaveTheFolderOfTheSegmentsToThem() throws IOException {
        try (Stream<Path> files = Files.list(directory.log())) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .allMatch(name -> name.endsWith(".jsonl") || name.endsWith(".seal"));
        }
        assertThat(directory.keyFiles()).hasSizeGreaterThan(7);
    }

    @Test
    void areReadFromTheEntriesWhenTheirFileIsMissing() throws IOException {
        for (long first : directory.keyFiles()) {
            Files.delete(directory.keys(first));
        }

        assertThat(keysOfAStart()).containsExactlyElementsOf(expected(history));
        assertThat(KeyFile.isGood(file(), before(), end())).as("the next start").isTrue();
    }

    @Test
    @DisplayName("S9: are not believed where one bit has changed")
    void areNotBelievedWhereOneBitHasChanged() throws IOException {
        byte[] good = DataFolders.read(file());
        for (int offset = 0; offset < good.length; offset += Math.max(1, good.length / 97)) {
            DataFolders.flip(file(), offset, offset % 8);
            assertThat(KeyFile.isGood(file(), before(), end()))
                    .as("bit %s of byte %s", offset % 8, offset)
                    .isFalse();
            DataFolders.write(file(), good);
        }
        DataFolders.flip(file(), good.length / 2, 3);

        assertThat(keysOfAStart()).containsExactlyElementsOf(expected(history));
        assertThat(DataFolders.read(file())).as("written again").isEqualTo(good);
    }

    @Test
    void areNotBelievedWhereTheFileIsTorn() throws IOException {
        byte[] good = DataFolders.read(file());
        for (int length : new int[] {0, 7, 44, good.length / 2, good.length - 1}) {
            DataFolders.write(file(), Arrays.copyOf(good, length));

            assertThat(keysOfAStart()).containsExactlyElementsOf(expected(history));
        }
        DataFolders.write(file(), Arrays.copyOf(good, good.length + 1));
        assertThat(keysOfAStart()).containsExactlyElementsOf(expected(history));
    }

    /// Its keys are read after it was found good; what is missing by then comes from the entries.
    @Test
    void areReadFromTheEntriesWhereTheFileEndsMeanwhile() throws IOException {
        SegmentLimits large = new SegmentLimits(1 << 20, 4 << 10);
        data = folder.resolve("large");
        directory = new DataDirectory(data);
        history = SampleHistory.founded(5_000).chats(8_000, 40);
        try (JsonlSegmentLog log = new JsonlSegmentLog(data, SELF, large)) {
            log.recover();
            append(log, history.entries());
        }
        List<Key> keys = new ArrayList<>();
        try (JsonlSegmentLog log = new JsonlSegmentLog(data, SELF, large)) {
            Recovery recovery = log.recover();
            recovery.keys().forEach((seq, index, payloadHash, source, at, length) -> {
                if (keys.isEmpty()) {
                    shorten(directory.keys(segmentOf(index)));
                }
                listed(keys).key(seq, index, payloadHash, source, at, length);
            });
            recovery.entries().forEach(entry -> keys.add(Key.of(entry)));
        }

        List<Key> all =
                history.entries().stream().filter(LogEntry::isChat).map(Key::of).toList();
        assertThat(keys)
                .hasSizeGreaterThanOrEqualTo(5_000)
                .containsExactlyElementsOf(all.subList(all.size() - keys.size(), all.size()));
    }

    private static void shorten(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            assertThat(channel.size()).isGreaterThan(2L * KeyFile.PIECE_BYTES);
            channel.truncate(KeyFile.PIECE_BYTES + 1_000);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private long segmentOf(long index) {
        try {
            return directory.segments().stream()
                    .filter(first -> first <= index)
                    .toList()
                    .getLast();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void areNotThoseOfAnotherSegment() throws IOException {
        List<Long> firsts = directory.keyFiles();
        DataFolders.write(file(), DataFolders.read(directory.keys(firsts.get(firsts.size() - 3))));

        assertThat(keysOfAStart()).containsExactlyElementsOf(expected(history));
    }

    @Test
    @DisplayName("X3: do not come back after a rewind")
    void doNotComeBackAfterARewind() throws IOException {
        SampleHistory other = history.branch("other").cutFrom(5_000);
        try (JsonlSegmentLog log = new JsonlSegmentLog(folder.resolve("cut"), SELF, LIMITS)) {
            log.recover();
            log.append(history.entries());
            log.sync();
            log.rewind(5_000);
            append(log, other.chats(1_500, 40).entries(5_000, other.lastIndex()));
        }
        data = folder.resolve("cut");
        directory = new DataDirectory(data);

        assertThat(keysOfAStart()).containsExactlyElementsOf(expected(other));
        assertThat(KeyFile.isGood(file(), before(), end()))
                .as("written while the log was")
                .isTrue();
    }

    @Test
    @DisplayName("X3: do not come back when the file of the other history does")
    void areNotThoseOfAnotherHistory() throws IOException {
        Path others = folder.resolve("others");
        DataFolders.copy(data, others);
        SampleHistory other = history.branch("b").cutFrom(3_000);
        DataFolders.files(data).forEach(KeysOfSegmentsTests::delete);
        try (JsonlSegmentLog log = new JsonlSegmentLog(data, SELF, LIMITS)) {
            log.recover();
            append(log, other.chats(3_000, 39).entries()); // ids are longer: the same segments
        }
        int replaced = 0;
        for (long first : directory.keyFiles()) {
            Path file = new DataDirectory(others).keys(first);
            if (Files.exists(file)) {
                DataFolders.write(directory.keys(first), DataFolders.read(file));
                replaced++;
            }
        }
        assertThat(replaced).isGreaterThan(5);

        assertThat(keysOfAStart()).containsExactlyElementsOf(expected(other));
    }

    @Test
    @DisplayName("S6: are those before a torn tail")
    void areThoseBeforeATornTail() throws IOException {
        history = history.chats(5, 40);
        try (JsonlSegmentLog log = new JsonlSegmentLog(data, SELF, LIMITS)) {
            log.recover();
            log.append(history.entries(history.lastIndex() - 4, history.lastIndex()));
        }
        Path last = DataFolders.segments(data).getLast();
        byte[] whole = DataFolders.read(last);
        byte[] mark = DataFolders.read(directory.mark());
        try (JsonlSegmentLog log = new JsonlSegmentLog(data, SELF, LIMITS)) {
            log.recover();
            log.append(history.chats(3, 40).entries(history.lastIndex() - 2, history.lastIndex()));
        }
        assertThat(DataFolders.segments(data).getLast()).isEqualTo(last);
        DataFolders.write(directory.mark(), mark);
        DataFolders.write(last, Arrays.copyOf(DataFolders.read(last), whole.length + 100));

        assertThat(keysOfAStart()).containsExactlyElementsOf(expected(history.cutFrom(history.lastIndex() - 2)));
    }

    @Test
    void areKeptForTheNewestMessagesOnly() throws IOException {
        List<Long> closed = directory.keyFiles();
        List<Long> segments = directory.segments();

        assertThat(closed).hasSizeLessThan(segments.size()).endsWith(segments.getLast());
        assertThat(closed.getFirst()).isBetween(history.lastIndex() - 3L * WINDOW, history.lastIndex() - 2L * WINDOW);
    }

    @Test
    @DisplayName("C5: go with their segments")
    void goWithTheirSegments() throws IOException {
        try (JsonlSegmentLog log = new JsonlSegmentLog(data, SELF, LIMITS)) {
            log.recover();
            long last = log.parts().stream()
                    .filter(part -> part.lastSeq() <= history.lastIndex() - 2 - WINDOW)
                    .toList()
                    .getLast()
                    .lastIndex();
            log.trim(log.snapshotAt(last));
            log.sweep();
        }

        assertThat(directory.keyFiles()).isSubsetOf(directory.segments());
        assertThat(keysOfAStart()).containsExactlyElementsOf(expected(history));
    }

    @Test
    void doNotMatterWhenADamagedEntryIsNotWanted() throws IOException {
        for (long first : directory.keyFiles()) {
            Files.delete(directory.keys(first));
        }
        DataFolders.flip(oldestWanted(), 100, 1); // an entry before those of the window

        assertThat(keysOfAStart()).containsExactlyElementsOf(expected(history));
    }

    @Test
    void areNoneForASegmentWithTooMany() throws IOException {
        String user = "u".repeat(60_000);
        ChatBody body = ChatBody.of("id", user, "general", "ada", "text");
        long most = KeyFile.MAX_BYTES / (16 + body.keyLength());
        KeyWriter writer = KeyWriter.open(folder.resolve("keys"), new KeyList(0));
        OpenContents noted = new OpenContents(LogEnd.START, 0);
        for (long seq = 1; seq <= most; seq++) {
            add(seq, body, writer, noted);
        }
        assertThat(folder.resolve("keys")).exists();
        assertThat(noted.keys()).isNotNull();

        add(most + 1, body, writer, noted);

        assertThat(folder.resolve("keys")).doesNotExist();
        assertThat(noted.keys()).isNull();
        writer.finish(LogEnd.START);
        assertThat(folder.resolve("keys")).doesNotExist();
    }

    /// Of every length, so that each comes to lie across two of the pieces that are read at once.
    @Test
    void areReadBackWhateverTheirLength() throws IOException {
        Path file = folder.resolve("keys");
        KeyWriter writer = KeyWriter.open(file, new KeyList(0));
        OpenContents noted = new OpenContents(LogEnd.START, 0);
        List<Key> expected = new ArrayList<>();
        for (long seq = 1; seq <= 300; seq++) {
            int length = seq % 50 == 0 ? ChatBody.MAX_BYTES - 100 : (int) (seq * 7919 % 3_000);
            ChatBody body = ChatBody.of("id" + seq, "u".repeat(length), "general", "ada", "");
            LogEntry entry = LogEntry.chat(new LogPosition(new Term(1), 2 * seq), seq, 0, body, ChainHash.ZERO);
            writer.add(entry);
            noted.add(entry);
            expected.add(Key.of(entry));
        }
        LogEnd end = new LogEnd(601, new Term(1), ChainHash.ZERO, 300, 0);
        writer.finish(end);
        List<Key> stored = new ArrayList<>();
        List<Key> held = new ArrayList<>();

        assertThat(KeyFile.isGood(file, LogEnd.START, end)).isTrue();
        KeyFile.forEach(file, LogEnd.START, 2, 299, listed(stored));
        Objects.requireNonNull(noted.keys()).forEach(LogEnd.START, 2, 299, listed(held));

        assertThat(stored).isEqualTo(expected.subList(1, 299));
        assertThat(held).isEqualTo(stored);
    }

    private static KeyVisitor listed(List<Key> keys) {
        return (seq, index, payloadHash, source, at, length) ->
                keys.add(new Key(seq, index, payloadHash, Key.text(Arrays.copyOfRange(source, at, at + length))));
    }

    private static void add(long seq, ChatBody body, KeyWriter writer, OpenContents noted) throws IOException {
        LogEntry entry = LogEntry.chat(new LogPosition(new Term(1), seq), seq, 0, body, ChainHash.ZERO);
        writer.add(entry);
        noted.add(entry);
    }

    @Test
    void comeWithTheRoomsOfWhatIsCommitted() {
        for (long back : new long[] {0, 3}) {
            try (JsonlSegmentLog log = new JsonlSegmentLog(folder.resolve("rooms" + back), SELF, LIMITS)) {
                log.recover();
                log.append(history.entries());
                log.noteCommit(history.lastIndex() - back);
                log.sync();
            }
            try (JsonlSegmentLog log = new JsonlSegmentLog(folder.resolve("rooms" + back), SELF, LIMITS)) {
                long committed = log.recover().commitIndex();
                RoomsUpTo rooms = log.reader().rooms(committed);

                assertThat(committed).isEqualTo(history.lastIndex() - back);
                assertThat(rooms).isEqualTo(new RoomsUpTo(committed, roomsIn(history.entries(1, committed))));
                assertThat(log.reader().rooms(committed - 1).index()).isLessThan(committed - 1);
            }
        }
    }

    // --- helpers

    private static void append(JsonlSegmentLog log, List<LogEntry> entries) {
        log.append(entries);
        log.noteCommit(entries.getLast().index());
        log.sync();
    }

    private List<Key> keysOfAStart() {
        try (JsonlSegmentLog log = new JsonlSegmentLog(data, SELF, LIMITS)) {
            Recovery recovery = log.recover();
            List<Key> keys = new ArrayList<>();
            recovery.keys().forEach(listed(keys));
            assertThat(recovery.keys().count()).isEqualTo(keys.size());
            recovery.entries().forEach(entry -> keys.add(Key.of(entry)));
            return keys;
        }
    }

    /// The keys of the newest messages; a few more than the window, because it is counted from a point of the index.
    private List<Key> expected(SampleHistory of) {
        List<Key> all =
                of.entries().stream().filter(LogEntry::isChat).map(Key::of).toList();
        int more = keysOfAStart().size() - WINDOW;
        assertThat(more).isBetween(0, 50);
        return all.subList(all.size() - WINDOW - more, all.size());
    }

    /// A closed segment in the middle of the window.
    private Path file() throws IOException {
        return directory.keys(first());
    }

    private long first() throws IOException {
        List<Long> segments = directory.segments();
        return segments.get(segments.size() - 7);
    }

    private LogEnd before() throws IOException {
        return seal().before();
    }

    private LogEnd end() throws IOException {
        return seal().end();
    }

    private Seal seal() throws IOException {
        return Seal.read(directory.seal(first()));
    }

    private Path oldestWanted() throws IOException {
        Seal oldest = null;
        for (long first : directory.seals()) {
            Seal seal = Seal.read(directory.seal(first));
            if (oldest == null && seal.end().seq() > history.lastIndex() - 2 - WINDOW) {
                oldest = seal;
            }
        }
        assertThat(oldest).isNotNull();
        return directory.segment(oldest.before().index() + 1);
    }

    private static void delete(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<RoomSummary> roomsIn(List<LogEntry> entries) {
        Map<String, RoomSummary> rooms = new TreeMap<>();
        for (LogEntry entry : entries) {
            if (entry.isChat()) {
                String room = entry.body().room();
                rooms.merge(
                        room,
                        new RoomSummary(room, 1, entry.seq()),
                        (a, b) -> new RoomSummary(room, a.count() + 1, b.lastSeq()));
            }
        }
        return List.copyOf(rooms.values());
    }
}
