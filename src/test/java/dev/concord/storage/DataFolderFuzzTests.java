package dev.concord.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.fuzz.Fuzzer;
import dev.concord.node.Recovery;
import dev.concord.protocol.ClusterId;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.NodeId;
import dev.concord.runtime.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whatever stands in one file of a data folder, segment, seal, mark or meta: a start refuses it, or finds the history
/// again, or a beginning of it and says that it is in repair (S5, S6). It never makes up an entry, nor passes over a
/// loss.
class DataFolderFuzzTests {
    /// A start syncs several files: this is slow.
    private static final int ONE_OF = 100;

    @TempDir
    Path folder;

    private final SampleHistory history =
            SampleHistory.founded(200_000).chats(3, 5).term(1).chats(8, 5);
    private final Map<Path, byte[]> files = new TreeMap<>();
    private Path data;

    @BeforeEach
    void writeASmallLog() throws IOException {
        data = folder.resolve("data");
        JsonlSegmentLog log = open();
        log.writeMeta(log.recover().meta().withCluster(new ClusterId(new UUID(7, 7))));
        log.append(history.entries());
        log.noteCommit(history.lastIndex());
        log.close();
        for (Path file : below(data)) {
            files.put(file, Files.readAllBytes(file));
        }
        assertThat(DataFolders.segments(data)).hasSizeGreaterThan(2);
    }

    @Test
    void aStartNeverMakesUpAnEntryNorPassesOverALoss() {
        List<Path> names = List.copyOf(files.keySet());
        List<byte[]> good = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            byte[] content = files.get(names.get(i));
            byte[] input = new byte[content.length + 1];
            input[0] = (byte) i; // which file it is written to, also where this byte is changed
            System.arraycopy(content, 0, input, 1, content.length);
            good.add(input);
        }
        Fuzzer.attackSlowly("data folders", ONE_OF, good, input -> {
            restore();
            Path target = names.get(Math.floorMod(input.length == 0 ? 0 : input[0], names.size()));
            Files.write(target, input.length == 0 ? input : Arrays.copyOfRange(input, 1, input.length));
            return starts();
        });
    }

    private boolean starts() {
        JsonlSegmentLog log = open();
        try {
            Recovery recovery = log.recover();
            List<LogEntry> entries = new ArrayList<>();
            recovery.entries().forEach(entries::add);
            assertThat(entries).isEqualTo(history.entries(1, entries.size()));
            assertThat(entries.size() == history.lastIndex() || recovery.meta().repairing())
                    .as("%d of %d entries, and in repair: %s", entries.size(), history.lastIndex(), recovery.meta())
                    .isTrue();
            return true;
        } catch (StorageException e) {
            assertThat(e.getMessage()).isNotBlank();
            return false;
        } finally {
            log.close();
        }
    }

    private JsonlSegmentLog open() {
        return new JsonlSegmentLog(data, new NodeId(1), new SegmentLimits(1_200, 500));
    }

    private void restore() throws IOException {
        for (Path file : below(data)) {
            if (!files.containsKey(file)) {
                Files.delete(file);
            }
        }
        for (Map.Entry<Path, byte[]> file : files.entrySet()) {
            Files.write(file.getKey(), file.getValue());
        }
    }

    private static List<Path> below(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(Files::isRegularFile).toList();
        }
    }
}
