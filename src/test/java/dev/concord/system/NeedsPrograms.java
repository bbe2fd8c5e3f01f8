package dev.concord.system;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Skips a test where a program of the machine is missing, and says so; where `CI` is true it is there, or the
/// test fails.
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@ExtendWith(NeedsPrograms.Condition.class)
@interface NeedsPrograms {
    Program[] value();

    /// A program, and how to ask whether it works here.
    enum Program {
        TMUX("tmux", "-V"),
        ZSH("zsh", "--version"),
        FISH("fish", "--version"),
        /// One that may change the system calls of a process.
        STRACE("strace", "-o", "/dev/null", "-e", "inject=fdatasync:error=EIO", "true");

        private final String question;

        Program(String... question) {
            this.question = String.join(" ", question);
        }

        boolean works() {
            return Shell.has(question.split(" ", -1));
        }

        @Override
        public String toString() {
            return question.substring(0, question.indexOf(' '));
        }
    }

    /// Asks for them.
    final class Condition implements ExecutionCondition {
        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            Program[] needed = context.getRequiredTestClass()
                    .getAnnotation(NeedsPrograms.class)
                    .value();
            List<Program> missing =
                    Arrays.stream(needed).filter(program -> !program.works()).toList();
            ConditionEvaluationResult decision = decide(missing, System.getenv());
            if (decision.isDisabled()) {
                System.err.println("Skipped " + context.getDisplayName() + ": "
                        + decision.getReason().orElseThrow());
            }
            return decision;
        }

        static ConditionEvaluationResult decide(List<Program> missing, Map<String, String> environment) {
            if (missing.isEmpty()) {
                return ConditionEvaluationResult.enabled("every program is there");
            }
            String reason = missing.stream().map(Program::toString).collect(Collectors.joining(" and "))
                    + " cannot be used here: install what is missing to run this test";
            if (environment.getOrDefault("CI", "").equals("true")) {
                throw new IllegalStateException(reason + ", and CI has to (.ci/packages)");
            }
            return ConditionEvaluationResult.disabled(reason);
        }
    }
}
