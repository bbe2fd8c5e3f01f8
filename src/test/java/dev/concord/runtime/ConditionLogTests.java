package dev.concord.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.concord.node.EventAction;
import dev.concord.node.NodeStatus;
import dev.concord.node.NodeStatus.MemberStatus;
import dev.concord.protocol.Examples;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.Role;
import dev.concord.protocol.Term;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.event.KeyValuePair;

/// One line when a condition begins and one when it ends. Node 1 is looked at; node 3 leads.
class ConditionLogTests {
    private static final long STALL = 1_000_000_000L;
    private static final NodeId NOBODY = NodeId.NONE;
    private static final NodeId THREE = new NodeId(3);

    private final Logger logger = (Logger) LoggerFactory.getLogger(ConditionLog.class);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final ConditionLog log = new ConditionLog(STALL);

    @BeforeEach
    void listen() {
        logger.setLevel(Level.INFO);
        lines.start();
        logger.addAppender(lines);
    }

    @AfterEach
    void leave() {
        logger.detachAppender(lines);
        logger.setLevel(null);
    }

    private List<EventAction> actions() {
        return lines.list.stream()
                .flatMap(line -> line.getKeyValuePairs().stream())
                .filter(pair -> pair.key.equals(EventAction.FIELD))
                .map((KeyValuePair pair) -> (EventAction) pair.value)
                .toList();
    }

    private static NodeStatus status(NodeId leader, Role role, long behind) {
        var one = Examples.peer(1);
        var own = new MemberStatus(
                one.member(), one.address(), one.url(), true, role, true, true, false, 1000, behind, -1);
        var three = Examples.peer(3);
        var other = new MemberStatus(
                three.member(), three.address(), three.url(), true, Role.LEADER, true, true, false, 1000, 77_777, 1);
        return new NodeStatus(
                one.member(),
                null,
                role,
                new Term(2),
                leader,
                true,
                true,
                false,
                List.of(),
                1000,
                1000,
                1000,
                900,
                1,
                1,
                3,
                2,
                1,
                List.of(other, own),
                0,
                1,
                0,
                false,
                false,
                false);
    }

    private void following(long behind) {
        log.check(status(THREE, Role.FOLLOWER, behind), 0, 0);
    }

    @Nested
    class ANodeThatFollows {
        @Test
        void catchesUpFromTheFirstEntryThatItLacksAtItsStart() {
            following(1);
            following(500);
            assertThat(actions()).containsExactly(EventAction.CATCH_UP_STARTED);

            following(3);
            following(0);
            following(0);
            assertThat(actions()).containsExactly(EventAction.CATCH_UP_STARTED, EventAction.CATCH_UP_FINISHED);
            assertThat(lines.list.getFirst().getFormattedMessage()).contains("1 entries behind");
        }

        @Test
        void saysNothingWhenItStartsLevel() {
            following(0);
            assertThat(actions()).isEmpty();
        }

        @Test
        void isOnlyBusyUntilItIsFarBehind() {
            following(0);
            following(ConditionLog.CATCH_UP_ENTRIES - 1);
            assertThat(actions()).isEmpty();

            following(ConditionLog.CATCH_UP_ENTRIES);
            assertThat(actions()).containsExactly(EventAction.CATCH_UP_STARTED);
        }

        @Test
        void hasCaughtUpOnlyWhenNothingIsMissing() {
            following(9);
            following(1);
            assertThat(actions()).containsExactly(EventAction.CATCH_UP_STARTED);
        }
    }

    @Test
    void withoutALeaderThereIsNobodyToCatchUpWith() {
        log.check(status(NOBODY, Role.FOLLOWER, 50_000), 0, 0);
        assertThat(actions()).isEmpty();

        following(1);
        assertThat(actions()).as("it has not followed yet").containsExactly(EventAction.CATCH_UP_STARTED);
    }

    @Test
    void aLeaderIsBehindNobody() {
        log.check(status(new NodeId(1), Role.LEADER, 50_000), 0, 0);
        assertThat(actions()).isEmpty();
    }

    @Nested
    class ADisk {
        private final NodeStatus level = status(THREE, Role.FOLLOWER, 0);

        private void writing(long since, long now) {
            log.check(level, since, now);
        }

        @Test
        void isStalledWhenAWriteHasTakenTheWholeTimeAndSaysSoOnce() {
            writing(100, 100 + STALL - 1);
            assertThat(actions()).isEmpty();

            writing(100, 100 + STALL);
            writing(100, 100 + 5 * STALL);
            assertThat(actions()).containsExactly(EventAction.DISK_STALL);
            assertThat(lines.list.getFirst().getLevel()).isEqualTo(Level.ERROR);
        }

        @Test
        void answersAgainWhenThatWriteIsOver() {
            writing(100, 100 + STALL);
            writing(0, 100 + 2 * STALL);
            writing(0, 100 + 3 * STALL);

            assertThat(actions()).containsExactly(EventAction.DISK_STALL, EventAction.DISK_RECOVERED);
            assertThat(lines.list.getLast().getFormattedMessage()).contains("after 2000 ms");
        }

        @Test
        void answersAgainAlsoWhenTheNextWriteHasBegunAtOnce() {
            writing(100, 100 + STALL);
            writing(100 + STALL + 1, 100 + STALL + 2);

            assertThat(actions()).containsExactly(EventAction.DISK_STALL, EventAction.DISK_RECOVERED);
        }

        @Test
        void mayStallAgain() {
            writing(100, 100 + STALL);
            writing(0, 100 + 2 * STALL);
            writing(900 + 2 * STALL, 900 + 3 * STALL);

            assertThat(actions())
                    .containsExactly(EventAction.DISK_STALL, EventAction.DISK_RECOVERED, EventAction.DISK_STALL);
        }

        @Test
        void thatRestsNeverStalls() {
            writing(0, 100 * STALL);
            assertThat(actions()).isEmpty();
        }
    }
}
