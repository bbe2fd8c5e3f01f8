package dev.concord.web.stomp;

import dev.concord.chat.SubmissionRefusedException;
import dev.concord.node.SubmitResult;

/// Says in problem+json why a message was refused.
public interface RefusalText {
    /// @param result any but committed and duplicate
    String of(SubmitResult result);

    String of(SubmissionRefusedException refused);

    /// What the role of the client does not include.
    String forbidden(String detail);
}
