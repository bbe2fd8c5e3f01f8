package dev.concord.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concord.runtime.RetainableLog.Part;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RetentionRuleTests {
    private static final long NOW = 1_000_000;
    private static final List<Part> PARTS =
            List.of(new Part(10, 8, 100, 1_000), new Part(20, 17, 100, 2_000), new Part(30, 26, 100, 900_000));

    @Test
    void keepsEverythingWhenItIsOff() {
        assertThat(RetentionRule.OFF.isOn()).isFalse();
        assertThat(removable(RetentionRule.OFF, 100, 100)).isZero();
    }

    @Test
    void removesWhatIsOlderThanTheAge() {
        assertThat(removable(new RetentionRule(Duration.ofMillis(NOW - 1_500), 0), 100, 100))
                .isEqualTo(10);
        assertThat(removable(new RetentionRule(Duration.ofMinutes(15), 0), 100, 100))
                .isEqualTo(20);
    }

    @Test
    void removesTheOldestWhileTheLogIsLarger() {
        assertThat(removable(new RetentionRule(Duration.ZERO, 350), 100, 100)).isZero(); // all: 350 bytes
        assertThat(removable(new RetentionRule(Duration.ZERO, 349), 100, 100)).isEqualTo(10);
        assertThat(removable(new RetentionRule(Duration.ZERO, 150), 100, 100)).isEqualTo(20);
        assertThat(removable(new RetentionRule(Duration.ZERO, 1), 100, 100)).isEqualTo(30);
    }

    @Test
    @DisplayName("X4: keeps each message whose key is still recognised, however large the log is")
    void keepsTheWindow() {
        assertThat(removable(new RetentionRule(Duration.ZERO, 1), 100, 16)).isEqualTo(10);
        assertThat(removable(new RetentionRule(Duration.ZERO, 1), 100, 7)).isZero();
        assertThat(removable(new RetentionRule(Duration.ZERO, 1), 100, -190_000))
                .isZero();
    }

    @Test
    void keepsWhatIsNotCommitted() {
        assertThat(removable(new RetentionRule(Duration.ZERO, 1), 29, 100)).isEqualTo(20);
    }

    @Test
    void refusesToKeepLessThanNothing() {
        assertThatThrownBy(() -> new RetentionRule(Duration.ofMillis(-1), 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new RetentionRule(Duration.ZERO, -1)).isInstanceOf(IllegalArgumentException.class);
    }

    /// The open part has 50 bytes.
    private static long removable(RetentionRule rule, long commitIndex, long removableSeq) {
        return rule.removable(PARTS, 350, commitIndex, removableSeq, NOW);
    }
}
