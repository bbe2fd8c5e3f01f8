package dev.concord.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concord.protocol.NodeId;
import dev.concord.runtime.DurableLog;
import dev.concord.runtime.StorageException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The files keep the promises of a durable log, with segments so small that every test crosses several.
class JsonlSegmentLogTest extends DurableLogContract {
    private static final SegmentLimits SMALL = new SegmentLimits(6_000, 500);

    @TempDir
    Path folder;

    private final List<DurableLog> booted = new ArrayList<>();
    private int crashes;

    @Override
    protected DurableLog boot() {
        DurableLog log = new JsonlSegmentLog(data(), SELF, SMALL);
        booted.add(log);
        return log;
    }

    /// A copy of the files as they are is what the next boot finds; the old process keeps its own.
    @Override
    protected void crash(DurableLog log) {
        Path before = data();
        crashes++;
        DataFolders.copy(before, data());
    }

    private Path data() {
        return folder.resolve("boot-" + crashes);
    }

    @Override
    protected DurableLog secondProcess(DurableLog first) {
        return boot();
    }

    @AfterEach
    void close() {
        booted.forEach(DurableLog::close);
    }

    @Test
    void refusesTheDirectoryOfAnotherNode() {
        open(List.of()).close();

        assertThatThrownBy(() -> new JsonlSegmentLog(data(), new NodeId(2), SMALL).recover())
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("belongs to node 1")
                .hasMessageContaining("configured as node 2")
                .hasMessageContaining("Correct node_id or log_dir");
    }

    @Test
    void isReallyCutIntoSeveralSegmentsHere() throws Exception {
        open(SampleHistory.founded(50).chats(100).entries());

        assertThat(new DataDirectory(data()).segments()).hasSizeGreaterThan(3);
    }
}
