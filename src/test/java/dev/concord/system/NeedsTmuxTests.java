package dev.concord.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

/// Where tests with a terminal may be left out.
class NeedsTmuxTests {
    @Test
    void aMachineWithoutTmuxSkipsThemWithAReason() {
        assertThat(NeedsTmux.decide(false, Map.of()).isDisabled()).isTrue();
        assertThat(NeedsTmux.decide(false, Map.of()).getReason())
                .hasValueSatisfying(reason -> assertThat(reason).contains("there is no tmux"));
    }

    @Test
    void inCiASkipIsAFailure() {
        assertThatThrownBy(() -> NeedsTmux.decide(false, Map.of("CI", "true")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(".ci/packages");
    }

    @Test
    void withTmuxTheyRun() {
        assertThat(NeedsTmux.decide(true, Map.of("CI", "true")).isDisabled()).isFalse();
    }
}
