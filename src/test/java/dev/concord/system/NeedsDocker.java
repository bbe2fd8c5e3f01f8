package dev.concord.system;

import java.util.Map;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.testcontainers.DockerClientFactory;

/// Skips a test where no Docker engine answers, and says so; where `CI` is true there is one, or the test fails.
final class NeedsDocker implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        ConditionEvaluationResult decision =
                decide(DockerClientFactory.instance().isDockerAvailable(), System.getenv());
        if (decision.isDisabled()) {
            System.err.println("Skipped " + context.getDisplayName() + ": "
                    + decision.getReason().orElseThrow());
        }
        return decision;
    }

    static ConditionEvaluationResult decide(boolean answers, Map<String, String> environment) {
        if (answers) {
            return ConditionEvaluationResult.enabled("a Docker engine answers");
        }
        String reason = "no Docker engine answers: start one to run this test";
        if (environment.getOrDefault("CI", "").equals("true")) {
            throw new IllegalStateException(reason + ", and CI has to (.ci/docker-engine)");
        }
        return ConditionEvaluationResult.disabled(reason);
    }
}
