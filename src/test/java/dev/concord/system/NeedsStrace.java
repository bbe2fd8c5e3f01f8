package dev.concord.system;

import java.util.Map;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Skips a test where no strace may change the system calls of a process, and says so; where `CI` is true it may, or
/// the
/// test fails.
final class NeedsStrace implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        boolean there = Shell.has("strace", "-o", "/dev/null", "-e", "inject=fdatasync:error=EIO", "true");
        ConditionEvaluationResult decision = decide(there, System.getenv());
        if (decision.isDisabled()) {
            System.err.println("Skipped " + context.getDisplayName() + ": "
                    + decision.getReason().orElseThrow());
        }
        return decision;
    }

    static ConditionEvaluationResult decide(boolean there, Map<String, String> environment) {
        if (there) {
            return ConditionEvaluationResult.enabled("there is an strace");
        }
        String reason = "there is no strace that may trace: install it to run this test";
        if (environment.getOrDefault("CI", "").equals("true")) {
            throw new IllegalStateException(reason + ", and CI has to (.ci/packages)");
        }
        return ConditionEvaluationResult.disabled(reason);
    }
}
