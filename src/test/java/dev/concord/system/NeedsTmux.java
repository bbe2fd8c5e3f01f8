package dev.concord.system;

import java.util.Map;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Skips a test where there is no tmux, and says so; where `CI` is true there is one, or the test fails.
final class NeedsTmux implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        ConditionEvaluationResult decision = decide(Shell.has("tmux", "-V"), System.getenv());
        if (decision.isDisabled()) {
            System.err.println("Skipped " + context.getDisplayName() + ": "
                    + decision.getReason().orElseThrow());
        }
        return decision;
    }

    static ConditionEvaluationResult decide(boolean there, Map<String, String> environment) {
        if (there) {
            return ConditionEvaluationResult.enabled("there is a tmux");
        }
        String reason = "there is no tmux: install it to run this test";
        if (environment.getOrDefault("CI", "").equals("true")) {
            throw new IllegalStateException(reason + ", and CI has to (.ci/packages)");
        }
        return ConditionEvaluationResult.disabled(reason);
    }
}
