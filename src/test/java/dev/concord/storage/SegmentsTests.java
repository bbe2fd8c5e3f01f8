package dev.concord.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.node.Recovery;
import dev.concord.protocol.ChatBody;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.NodeId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The log as a chain of files: the same files on every node, and a start that does not read them.
class SegmentsTests {
    private static final NodeId SELF = new NodeId(1);

    @TempDir
    Path folder;

    @Nested
    class Roll {
        private final SampleHistory history = SampleHistory.founded(200_000).chats(3);

        @Test
        void notWhenALineJustFits() {
            long exactly = size(history.entries());
            write("fits", new SegmentLimits(exactly, 100), history.entries());

            assertThat(DataFolders.segments(folder.resolve("fits"))).hasSize(1);
        }

        @Test
        void beforeTheLineThatWouldMakeTheSegmentTooLarge() {
            long oneLess = size(history.entries()) - 1;
            write("full", new SegmentLimits(oneLess, 100), history.entries());

            List<Path> segments = DataFolders.segments(folder.resolve("full"));
            assertThat(segments).hasSize(2);
            assertThat(segments.getLast().getFileName()).hasToString(String.format("%020d.jsonl", history.lastIndex()));
            assertThat(DataFolders.read(segments.getFirst()))
                    .hasSize((int) size(history.entries(1, history.lastIndex() - 1)));
        }

        @Test
        void afterEachLineThatIsAloneTooLarge() {
            write("tiny", new SegmentLimits(1, 100), history.entries());

            assertThat(DataFolders.segments(folder.resolve("tiny"))).hasSize((int) history.lastIndex());
        }

        @Test
        void writesWhatJqAndGrepUnderstand() {
            write("text", SegmentLimits.DEFAULT, history.entries());

            assertThat(DataFolders.segments(folder.resolve("text")).getFirst())
                    .content()
                    .isEqualTo(String.join(
                                    "\n",
                                    history.entries().stream()
                                            .map(LogEntry::toString)
                                            .toList())
                            + "\n");
        }

        @Test
        void takesTheLargestEntryThereCanBe() {
            SampleHistory large = SampleHistory.founded(200_000);
            int around = ChatBody.of("id-1", "", "general", "ada", "").length();
            String text = "x".repeat(ChatBody.MAX_BYTES - around);
            large.chat(text).chats(1);

            JsonlSegmentLog log = write("large", new SegmentLimits(1 << 20, 1 << 16), large.entries());

            assertThat(large.entry(2).body().length()).isEqualTo(ChatBody.MAX_BYTES);
            JsonlSegmentLog again = reopen(log, "large", new SegmentLimits(1 << 20, 1 << 16));
            assertThat(again.reader().read(1, 3, 1)).isEqualTo(large.entries(1, 1));
            assertThat(again.reader().read(2, 3, 1 << 20)).isEqualTo(large.entries(2, 3));
            again.close();
        }

        @Test
        void takesABatchLargerThanTheWriteBuffer() {
            SampleHistory large = SampleHistory.founded(200_000).chats(60, 40_000);
            assertThat(size(large.entries())).isGreaterThan(2L * SegmentWriter.BUFFER_BYTES);

            JsonlSegmentLog log = write("batch", SegmentLimits.DEFAULT, large.entries());

            assertThat(log.reader().read(1, 100, Integer.MAX_VALUE)).isEqualTo(large.entries());
            log.close();
        }
    }

    /// The same history, reached in other batches and over other detours, is the same files.
    @Nested
    class AreTheSameOnEveryNode {
        private final SegmentLimits limits = new SegmentLimits(1_500, 300);
        private final SampleHistory history =
                SampleHistory.founded(200_000).chats(20).term(2).chats(30, 60);

        @Test
        void howeverTheEntriesWereBatched() {
            write("at-once", limits, history.entries()).close();
            JsonlSegmentLog log = write("one-by-one", limits, List.of());
            for (LogEntry entry : history.entries()) {
                log.append(List.of(entry));
            }
            log.close();

            assertSameFiles("at-once", "one-by-one");
        }

        @Test
        void whateverWasCutOnTheWay() {
            write("straight", limits, history.entries()).close();
            for (int seed = 0; seed < 25; seed++) {
                String name = "detour-" + seed;
                JsonlSegmentLog log = write(name, limits, List.of());
                SplittableRandom random = new SplittableRandom(seed);
                while (log.lastIndex() < history.lastIndex()) {
                    long last = log.lastIndex();
                    if (last > 0 && random.nextInt(3) == 0) {
                        log.rewind(random.nextLong(Math.max(1, last - 12), last + 1));
                    } else if (random.nextInt(4) == 0) {
                        SampleHistory other = history.branch("detour").cutFrom(last + 1);
                        int branchLength = random.nextInt(1, 12);
                        other.term(9).chats(branchLength, random.nextInt(80));
                        log.append(other.entries(last + 1, other.lastIndex()));
                        log.rewind(last + 1);
                    } else {
                        long to = Math.min(history.lastIndex(), last + random.nextInt(1, 15));
                        log.append(history.entries(last + 1, to));
                    }
                    if (random.nextInt(6) == 0) {
                        log = reopen(log, name, limits);
                    }
                }
                log.close();
                assertSameFiles("straight", name);
            }
        }

        private void assertSameFiles(String one, String other) {
            Path expected = folder.resolve(one).resolve("log");
            Path actual = folder.resolve(other).resolve("log");
            assertThat(DataFolders.files(expected)).hasSizeGreaterThan(10);
            assertThat(DataFolders.files(actual)).hasSameSizeAs(DataFolders.files(expected));
            for (Path file : DataFolders.files(expected)) {
                assertThat(actual.resolve(file.getFileName().toString()))
                        .as(other)
                        .hasSameBinaryContentAs(file);
            }
        }
    }

    @Nested
    class StartUp {
        private final SegmentLimits limits = new SegmentLimits(64 << 10, 4 << 10);
        private final SampleHistory history = SampleHistory.founded(100).chats(2_000, 40);

        @Test
        void readsNoClosedSegmentAsAWhole() {
            JsonlSegmentLog log = write("long", limits, history.entries());
            log.noteCommit(history.lastIndex());
            log.close();
            List<Path> segments = DataFolders.segments(folder.resolve("long"));
            assertThat(segments).hasSizeGreaterThan(6);
            List<Path> old = segments.subList(1, segments.size() - 2);
            old.forEach(s -> DataFolders.write(s, new byte[DataFolders.read(s).length]));

            JsonlSegmentLog again = new JsonlSegmentLog(folder.resolve("long"), SELF, limits);
            Recovery recovery = again.recover();

            assertThat(again.bytesReadBack()).isLessThan(4L * LineScanner.CHUNK_BYTES);
            assertThat(recovery.base().position().index()).isGreaterThan(1_500);
            assertThat(recovery.base().configuration())
                    .isEqualTo(history.entry(1).configuration());
            long handedOut = 0;
            for (LogEntry entry : recovery.entries()) {
                assertThat(entry)
                        .isEqualTo(history.entry(recovery.base().position().index() + ++handedOut));
            }
            assertThat(again.reader().rooms(history.lastIndex()).index()).isGreaterThan(1_500);
            again.close();
        }

        @Test
        void keepsFewerFilesOpenThanThereAreSegments() throws Exception {
            SegmentLimits tiny = new SegmentLimits(1_000, 200);
            SampleHistory many = SampleHistory.founded(100).chats(3 * SegmentFiles.MAX_OPEN, 300);
            JsonlSegmentLog log = write("many", tiny, many.entries());
            assertThat(DataFolders.segments(folder.resolve("many"))).hasSizeGreaterThan(SegmentFiles.MAX_OPEN + 2);

            for (long index = 1; index <= many.lastIndex(); index++) {
                assertThat(log.reader().read(index, index, 0)).containsExactly(many.entry(index));
            }

            assertThat(openFilesBelow(folder.resolve("many").resolve("log")))
                    .isLessThanOrEqualTo(SegmentFiles.MAX_OPEN + 2); // what is written, and its keys
            log.close();
            assertThat(openFilesBelow(folder.resolve("many"))).isZero();
        }

        /// Known on Linux only; elsewhere nothing is counted.
        private static long openFilesBelow(Path path) throws java.io.IOException {
            Path descriptors = Path.of("/proc/self/fd");
            if (!Files.isDirectory(descriptors)) {
                return 0;
            }
            try (var all = Files.list(descriptors)) {
                return all.filter(Files::isSymbolicLink)
                        .filter(f -> {
                            try {
                                return Files.readSymbolicLink(f).startsWith(path.toRealPath());
                            } catch (java.io.IOException closedMeanwhile) {
                                return false;
                            }
                        })
                        .count();
            }
        }
    }

    private JsonlSegmentLog write(String name, SegmentLimits limits, List<LogEntry> entries) {
        JsonlSegmentLog log = new JsonlSegmentLog(folder.resolve(name), SELF, limits);
        log.recover();
        log.append(entries);
        log.sync();
        return log;
    }

    private JsonlSegmentLog reopen(JsonlSegmentLog log, String name, SegmentLimits limits) {
        log.close();
        JsonlSegmentLog again = new JsonlSegmentLog(folder.resolve(name), SELF, limits);
        again.recover();
        return again;
    }

    private static long size(List<LogEntry> entries) {
        return Arrays.stream(entries.toArray(LogEntry[]::new))
                .mapToInt(LogEntry::sizeInBytes)
                .sum();
    }
}
