package dev.concord.system;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Skips a test where there is no Chromium, and says so; where `CI` is true there is one, or the test fails.
final class NeedsChromium implements ExecutionCondition {
    /// The browser of the machine: Playwright brings one of its own only where it may download it.
    static final Path CHROMIUM = Path.of(System.getProperty("chromium", "/usr/bin/chromium"));

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        ConditionEvaluationResult decision = decide(Files.isExecutable(CHROMIUM), System.getenv());
        if (decision.isDisabled()) {
            System.err.println("Skipped " + context.getDisplayName() + ": "
                    + decision.getReason().orElseThrow());
        }
        return decision;
    }

    static ConditionEvaluationResult decide(boolean present, Map<String, String> environment) {
        if (present) {
            return ConditionEvaluationResult.enabled("there is a Chromium");
        }
        String reason =
                "no Chromium at " + CHROMIUM + ": install it, or name it with -Dchromium=PATH, to run this test";
        if (environment.getOrDefault("CI", "").equals("true")) {
            throw new IllegalStateException(reason + "; CI has to (.ci/packages)");
        }
        return ConditionEvaluationResult.disabled(reason);
    }
}
