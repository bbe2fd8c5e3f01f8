package dev.concord.chat;

/// A message that was not even submitted. Carries no stack trace, because it describes a client's mistake and
/// a hostile client may make many.
public abstract sealed class SubmissionRefusedException extends RuntimeException
        permits PostRefusedException, ReferenceRefusedException {
    private static final long serialVersionUID = 1;

    SubmissionRefusedException(String detail) {
        super(detail, null, false, false);
    }

    /// The detail for people: one sentence.
    public final String detail() {
        return String.valueOf(getMessage());
    }
}
