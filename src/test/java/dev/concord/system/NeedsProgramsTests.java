package dev.concord.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concord.system.NeedsPrograms.Condition;
import dev.concord.system.NeedsPrograms.Program;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NeedsProgramsTests {
    private static final List<Program> MISSING = List.of(Program.ZSH, Program.FISH);

    @Test
    void aUserWithoutThemIsToldWhatIsMissingAndTheTestIsSkipped() {
        assertThat(Condition.decide(MISSING, Map.of()).isDisabled()).isTrue();
        assertThat(Condition.decide(MISSING, Map.of()).getReason())
                .hasValue("zsh and fish cannot be used here: install what is missing to run this test");
    }

    @Test
    void inCiASkipIsAFailure() {
        assertThatThrownBy(() -> Condition.decide(MISSING, Map.of("CI", "true")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("CI has to");
    }

    @Test
    void theTestRunsWhereTheyAre() {
        assertThat(Condition.decide(List.of(), Map.of("CI", "true")).isDisabled())
                .isFalse();
    }
}
