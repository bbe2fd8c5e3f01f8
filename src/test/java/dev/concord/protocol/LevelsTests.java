package dev.concord.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Which programs may talk, and what they write (V1 to V3).
class LevelsTests {
    private static final ClusterId CLUSTER = new ClusterId(new UUID(4, 2));

    @ParameterizedTest
    @CsvSource({"1, 1, 1, 1, 1", "1, 2, 1, 1, 1", "1, 3, 2, 4, 3", "1, 1, 2, 3, 0", "3, 4, 1, 2, 0"})
    void twoProgramsSpeakTheHighestLevelThatBothKnow(int a, int b, int c, int d, int common) {
        assertThat(new Levels(a, b).common(new Levels(c, d))).isEqualTo(common);
        assertThat(new Levels(c, d).common(new Levels(a, b))).isEqualTo(common);
    }

    @Test
    void aProgramThatDoesNotKnowTheLevelOfTheOthersLogIsRefusedByBoth() {
        Hello raised = hello(new Levels(1, 2), CLUSTER, 2);
        Hello older = hello(Levels.FIRST, null, 1);
        assertThat(raised.mismatch(older)).contains("it knows level 1, and the cluster is at level 2");
        assertThat(older.mismatch(raised)).contains("its cluster is at level 2, and this node knows level 1");
        Hello notYet = hello(new Levels(1, 2), CLUSTER, 1);
        assertThat(notYet.mismatch(older)).isEmpty();
        assertThat(older.mismatch(notYet)).isEmpty();
    }

    @Test
    void levelOneIsWrittenAsItAlwaysWas() {
        Configuration first = Examples.voters(1, 2, 3);
        LogEntry entry = LogEntry.config(new LogPosition(new Term(1), 1), 0, first, ChainHash.ZERO);
        assertThat(entry.toString()).doesNotContain("level");
        LogEntry raised = LogEntry.config(new LogPosition(new Term(1), 1), 0, first.atLevel(2), ChainHash.ZERO);
        assertThat(raised.toString()).contains("\"dedup_window\":200000,\"level\":2,\"hash\"");
        assertThat(LogEntry.parse(raised.line()).configuration().level()).isEqualTo(2);
        assertThat(first.atLevel(2).withLearner(Examples.peer(4)).level()).isEqualTo(2);
        assertThat(first.atLevel(2).without(Examples.member(3)).level()).isEqualTo(2);
        assertThatThrownBy(() -> new Configuration(List.of(), List.of(), List.of(), 1, 0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static Hello hello(Levels levels, @org.jspecify.annotations.Nullable ClusterId cluster, int level) {
        return new Hello(
                levels, cluster, Examples.peer(1), Examples.boot(1), new Term(1), LogPosition.ZERO, false, level);
    }
}
