package dev.concord.system;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Skips a test where there is no `npm`, and says so; where `CI` is true there is one, or the test fails.
final class NeedsNpm implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        if (Shell.has("npm", "--version")) {
            return ConditionEvaluationResult.enabled("there is an npm");
        }
        String reason = "no npm on the path: install Node.js to run this test";
        if ("true".equals(System.getenv("CI"))) {
            throw new IllegalStateException(reason + ", and CI has to (.ci/packages)");
        }
        System.err.println("Skipped " + context.getDisplayName() + ": " + reason);
        return ConditionEvaluationResult.disabled(reason);
    }
}
