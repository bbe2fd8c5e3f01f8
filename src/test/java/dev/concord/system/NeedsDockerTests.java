package dev.concord.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

/// Where tests with containers may be left out.
class NeedsDockerTests {
    @Test
    void aMachineWithoutAnEngineSkipsThemWithAReason() {
        assertThat(NeedsDocker.decide(false, Map.of()).isDisabled()).isTrue();
        assertThat(NeedsDocker.decide(false, Map.of()).getReason())
                .hasValueSatisfying(reason -> assertThat(reason).contains("no Docker engine answers"));
    }

    @Test
    void inCiASkipIsAFailure() {
        assertThatThrownBy(() -> NeedsDocker.decide(false, Map.of("CI", "true")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(".ci/docker-engine");
    }

    @Test
    void withAnEngineTheyRun() {
        assertThat(NeedsDocker.decide(true, Map.of("CI", "true")).isDisabled()).isFalse();
    }
}
