package dev.concord.web;

import dev.concord.chat.SubmissionRefusedException;
import dev.concord.node.SubmitResult;
import dev.concord.web.stomp.RefusalText;
import java.nio.charset.StandardCharsets;

/// The problems of REST as text, for clients that speak STOMP: the same codes, and counted the same way.
public final class ProblemTexts implements RefusalText {
    private final Answers answers;

    public ProblemTexts(Answers answers) {
        this.answers = answers;
    }

    @Override
    public String of(SubmitResult result) {
        return text(Problem.of(result));
    }

    @Override
    public String of(SubmissionRefusedException refused) {
        return text(Problem.of(refused));
    }

    @Override
    public String forbidden(String detail) {
        return text(Problem.of(ProblemCode.FORBIDDEN, detail));
    }

    private String text(Problem problem) {
        return new String(answers.problemLine(problem), StandardCharsets.UTF_8);
    }
}
