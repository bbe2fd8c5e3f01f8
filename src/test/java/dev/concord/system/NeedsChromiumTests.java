package dev.concord.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

/// Where tests of the page may be left out.
class NeedsChromiumTests {
    @Test
    void aMachineWithoutABrowserSkipsThemWithAReason() {
        assertThat(NeedsChromium.decide(false, Map.of()).isDisabled()).isTrue();
        assertThat(NeedsChromium.decide(false, Map.of()).getReason())
                .hasValueSatisfying(reason -> assertThat(reason).contains("no Chromium at"));
    }

    @Test
    void inCiASkipIsAFailure() {
        assertThatThrownBy(() -> NeedsChromium.decide(false, Map.of("CI", "true")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(".ci/packages");
    }

    @Test
    void withABrowserTheyRun() {
        assertThat(NeedsChromium.decide(true, Map.of("CI", "true")).isDisabled())
                .isFalse();
    }
}
