package dev.concord.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

/// Where tests with a failing disk may be left out.
class NeedsStraceTests {
    @Test
    void aMachineWithoutStraceSkipsThemWithAReason() {
        assertThat(NeedsStrace.decide(false, Map.of()).isDisabled()).isTrue();
        assertThat(NeedsStrace.decide(false, Map.of()).getReason())
                .hasValueSatisfying(reason -> assertThat(reason).contains("there is no strace"));
    }

    @Test
    void inCiASkipIsAFailure() {
        assertThatThrownBy(() -> NeedsStrace.decide(false, Map.of("CI", "true")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(".ci/packages");
    }

    @Test
    void withStraceTheyRun() {
        assertThat(NeedsStrace.decide(true, Map.of("CI", "true")).isDisabled()).isFalse();
    }
}
