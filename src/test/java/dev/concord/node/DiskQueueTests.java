package dev.concord.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.protocol.Examples;
import dev.concord.protocol.History;
import dev.concord.protocol.LogPosition;
import dev.concord.protocol.Meta;
import dev.concord.protocol.Term;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// S2, S3: one queue for log and meta; what is ordered counts only once it is durable.
class DiskQueueTests {
    private final History history = new History();
    private final List<Effect> effects = new ArrayList<>();
    private final Meta meta = Meta.fresh(Examples.member(1), 1);
    private final DiskQueue disk = new DiskQueue(effects, LogPosition.ZERO, meta);
    private final List<String> done = new ArrayList<>();

    @Test
    void anAppendIsDurableWhenItsTicketIs() {
        disk.append(List.of(history.chat(1, "a")), 0);
        disk.append(List.of(history.chat(1, "b")), 0);
        assertThat(disk.durableIndex()).isZero();

        disk.persisted(1, 5);
        assertThat(disk.durableIndex()).isEqualTo(1);
        disk.persisted(2, 6);
        assertThat(disk.durableIndex()).isEqualTo(2);
        assertThat(disk.isIdle()).isTrue();
    }

    @Test
    @DisplayName("E8: a promise stands behind all earlier appends")
    void actionsWaitForEverythingOrderedBefore() {
        disk.append(List.of(history.chat(1, "a")), 0);
        disk.writeMeta(meta.withTerm(new Term(2), Examples.member(2)), 0);
        disk.whenDurable(0, at -> done.add("promise"));
        disk.append(List.of(history.chat(1, "b")), 0);

        disk.persisted(1, 5);
        assertThat(done).isEmpty();
        disk.persisted(2, 6);
        assertThat(done).containsExactly("promise");
        assertThat(disk.durableMeta().currentTerm()).isEqualTo(new Term(2));
    }

    @Test
    void actionsRunInTheirOrderAndAtOnceWhenNothingWaits() {
        disk.whenDurable(0, at -> done.add("at once"));
        disk.append(List.of(history.chat(1, "a")), 0);
        disk.whenDurable(0, at -> done.add("first"));
        disk.whenDurable(0, at -> done.add("second"));
        disk.persisted(1, 5);

        assertThat(done).containsExactly("at once", "first", "second");
    }

    @Test
    @DisplayName("R1: what is cut is not durable from that moment on, whatever the disk still writes")
    void whatIsCutIsNotDurable() {
        disk.append(List.of(history.chat(1, "a"), history.chat(1, "b")), 0);
        disk.rewind(2, new LogPosition(new Term(1), 1), 0);
        disk.persisted(1, 5);
        assertThat(disk.durableIndex()).isEqualTo(1);

        disk.persisted(2, 6);
        assertThat(disk.durableIndex()).isEqualTo(1);
    }

    @Test
    @DisplayName("F5: the oldest order tells how long the disk has been silent")
    void theOldestOrderTellsHowLongTheDiskIsSilent() {
        assertThat(disk.oldestAgeNanos(100)).isZero();
        disk.append(List.of(history.chat(1, "a")), 10);
        disk.append(List.of(history.chat(1, "b")), 50);

        assertThat(disk.oldestAgeNanos(100)).isEqualTo(90);
        disk.persisted(1, 100);
        assertThat(disk.oldestAgeNanos(100)).isEqualTo(50);
    }
}
