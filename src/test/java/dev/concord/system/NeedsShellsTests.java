package dev.concord.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

/// Where tests with other shells may be left out.
class NeedsShellsTests {
    @Test
    void aMachineWithoutThemSkipsThemWithAReason() {
        assertThat(NeedsShells.decide(false, Map.of()).isDisabled()).isTrue();
        assertThat(NeedsShells.decide(false, Map.of()).getReason())
                .hasValueSatisfying(reason -> assertThat(reason).contains("there is no zsh or no fish"));
    }

    @Test
    void inCiASkipIsAFailure() {
        assertThatThrownBy(() -> NeedsShells.decide(false, Map.of("CI", "true")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(".ci/packages");
    }

    @Test
    void withThemTheyRun() {
        assertThat(NeedsShells.decide(true, Map.of("CI", "true")).isDisabled()).isFalse();
    }
}
