package dev.concord.kubernetes;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Skips a test where there is no `kubectl`, and says so; where `CI` is true there is one, or the test fails.
public final class NeedsKubectl implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        return decide(Kubectl.isThere(), "true".equals(System.getenv("CI")));
    }

    static ConditionEvaluationResult decide(boolean there, boolean ci) {
        if (there) {
            return ConditionEvaluationResult.enabled("there is a kubectl");
        }
        String reason = "no kubectl on the path: install one to run this test";
        if (ci) {
            throw new IllegalStateException(reason + ", and CI has to (.ci/run)");
        }
        System.err.println("Skipped: " + reason);
        return ConditionEvaluationResult.disabled(reason);
    }
}
