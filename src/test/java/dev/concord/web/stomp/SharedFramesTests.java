package dev.concord.web.stomp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.node.Announcement;
import dev.concord.node.EventAction;
import dev.concord.protocol.ChatBody;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.Role;
import dev.concord.protocol.Term;
import dev.concord.runtime.InMemoryLog;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/// Frames that are made once for many readers, and how many of them are kept.
class SharedFramesTests {
    private final InMemoryLog log = new InMemoryLog();

    private List<LogEntry> messages(int count, int textLength) {
        List<ChatBody> bodies = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            bodies.add(ChatBody.of("k" + i, "", "general", "ada", "x".repeat(textLength)));
        }
        return log.commit(bodies);
    }

    @Test
    void areThoseOfTheNewestMessages() {
        FrameRing ring = new FrameRing();
        List<LogEntry> messages = messages(FrameRing.FRAMES + 1, 1);
        messages.forEach(ring::of);

        assertThat(ring.find(1)).isNull();
        assertThat(ring.find(2)).isNotNull();
        assertThat(ring.find(FrameRing.FRAMES + 1)).isSameAs(ring.of(messages.getLast()));
        assertThat(ring.of(messages.getFirst()).entry().seq()).isEqualTo(1); // who is far behind gets one too
        assertThat(ring.find(FrameRing.FRAMES + 1)).isNotNull(); // and pushes out none that is newer
    }

    @Test
    void areNotThoseOfMessagesThatAreTooLarge() {
        FrameRing ring = new FrameRing();
        LogEntry large = messages(1, FrameRing.LARGEST_SHARED).getFirst();
        LogEntry small = messages(1, FrameRing.LARGEST_SHARED / 2).getFirst();

        assertThat(ring.of(large).message("MESSAGE\n").payload()).contains("x".repeat(FrameRing.LARGEST_SHARED));
        assertThat(ring.find(large.seq())).isNull();
        ring.of(small);
        assertThat(ring.find(small.seq())).isNotNull();
    }

    @Test
    void ofTheClusterAreKeptForWhoIsBehindUpToALimit() throws IOException {
        AnnouncementLog announcements = new AnnouncementLog(JsonMapper.shared());
        for (int i = 1; i <= AnnouncementLog.KEPT + 1; i++) {
            announcements.add(
                    new Announcement(
                            EventAction.LEADER_ELECTED,
                            new Term(i),
                            Role.LEADER,
                            new NodeId(1),
                            i,
                            "number " + i + "."),
                    0);
        }
        List<String> read = new ArrayList<>();
        assertThat(announcements.read(0, read::add)).isEqualTo(AnnouncementLog.KEPT + 1);

        assertThat(read).hasSize(AnnouncementLog.KEPT);
        assertThat(read.getFirst()).contains("number 2.");
        assertThat(read.getLast()).contains("number " + (AnnouncementLog.KEPT + 1) + ".");
    }
}
