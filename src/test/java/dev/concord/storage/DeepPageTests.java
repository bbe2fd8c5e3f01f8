package dev.concord.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.chat.Changes;
import dev.concord.chat.MessageReader;
import dev.concord.chat.PageRequest;
import dev.concord.chat.RoomFilter;
import dev.concord.protocol.NodeId;
import dev.concord.runtime.CommittedLog;
import dev.concord.runtime.StoredLog;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a page costs, wherever in a long history it stands: bytes and files, counted.
class DeepPageTests {
    private static final NodeId SELF = new NodeId(1);
    private static final int LIMIT = 60;
    private static final SegmentLimits LIMITS = new SegmentLimits(64 << 10, 4 << 10);
    /// Segments of a page that lies across two, and the one where the changes of its last messages may stand.
    private static final int MOST_SEGMENTS = 3;

    @TempDir
    private Path folder;

    private final SampleHistory history = SampleHistory.founded(100).chats(20_000, 40);

    @BeforeEach
    void write() {
        try (JsonlSegmentLog log = new JsonlSegmentLog(folder, SELF, LIMITS)) {
            log.recover();
            log.append(history.entries());
            log.noteCommit(history.lastIndex());
            log.sync();
        }
        assertThat(DataFolders.segments(folder)).hasSizeGreaterThan(50);
    }

    private record Cost(long seq, long bytes, long segments) {}

    /// The cost of the page before a message, at a node that has just started.
    private Cost of(long before, boolean current) {
        try (JsonlSegmentLog log = new JsonlSegmentLog(folder, SELF, LIMITS)) {
            log.recover();
            try (CommittedLog committed = StoredLog.of(log.reader(), history.lastSeq(), history.lastIndex())) {
                MessageReader messages = new MessageReader(committed);
                PageRequest page =
                        new PageRequest(OptionalLong.empty(), OptionalLong.of(before), LIMIT, RoomFilter.ALL);
                long bytes = log.bytesReadBack();
                long segments = log.segmentsOpened();
                int found = current
                        ? new Changes(committed, messages).page(page).messages().size()
                        : messages.page(page).messages().size();
                assertThat(found).isEqualTo(LIMIT);
                return new Cost(before, log.bytesReadBack() - bytes, log.segmentsOpened() - segments);
            }
        }
    }

    private void isTheSameEverywhere(boolean current) {
        long newest = history.lastSeq() - 300; // so that the segment before the last is read, and full
        Cost first = of(newest, current);
        List<Cost> deep = new ArrayList<>();
        for (int part = 1; part < 10; part++) {
            deep.add(of(newest * part / 10, current));
        }
        assertThat(deep).allSatisfy(cost -> {
            assertThat(cost.segments()).isLessThanOrEqualTo(MOST_SEGMENTS);
            assertThat(cost.bytes()).isLessThanOrEqualTo(2 * first.bytes());
        });
    }

    @Test
    void ofTheLogIsTheSameEverywhere() {
        isTheSameEverywhere(false);
    }

    @Test
    void withItsChangesIsTheSameEverywhere() {
        isTheSameEverywhere(true);
    }

    @Test
    void isThatOfItsMessagesAndNotOfAllThatFollow() {
        Cost page = of(10_000, false);

        assertThat(page.bytes()).isLessThan(MOST_SEGMENTS * LIMITS.segmentBytes());
        assertThat(page.segments()).isLessThanOrEqualTo(2);
    }
}
