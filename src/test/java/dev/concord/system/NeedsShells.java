package dev.concord.system;

import java.util.Map;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Skips a test where there is no zsh or fish, and says so; where `CI` is true there are both, or the test fails.
final class NeedsShells implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        boolean there = Shell.has("zsh", "--version") && Shell.has("fish", "--version");
        ConditionEvaluationResult decision = decide(there, System.getenv());
        if (decision.isDisabled()) {
            System.err.println("Skipped " + context.getDisplayName() + ": "
                    + decision.getReason().orElseThrow());
        }
        return decision;
    }

    static ConditionEvaluationResult decide(boolean there, Map<String, String> environment) {
        if (there) {
            return ConditionEvaluationResult.enabled("there are zsh and fish");
        }
        String reason = "there is no zsh or no fish: install both to run this test";
        if (environment.getOrDefault("CI", "").equals("true")) {
            throw new IllegalStateException(reason + ", and CI has to (.ci/packages)");
        }
        return ConditionEvaluationResult.disabled(reason);
    }
}
