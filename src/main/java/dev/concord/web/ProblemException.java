package dev.concord.web;

import java.util.Map;

/// Ends the handling of a request with a problem. Carries no stack trace: it describes a client's mistake.
final class ProblemException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient Problem problem;

    ProblemException(Problem problem) {
        super(problem.detail(), null, false, false);
        this.problem = problem;
    }

    ProblemException(ProblemCode code, String detail) {
        this(Problem.of(code, detail));
    }

    static ProblemException parameter(String name, String detail) {
        return new ProblemException(new Problem(ProblemCode.INVALID_PARAMETER, detail, 0, Map.of("field", name)));
    }

    Problem problem() {
        return problem;
    }
}
