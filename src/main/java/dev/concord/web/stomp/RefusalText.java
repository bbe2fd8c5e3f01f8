package dev.concord.web.stomp;

import dev.concord.chat.PostRefusedException;
import dev.concord.node.SubmitResult;

/// Says in problem+json why a message was refused.
public interface RefusalText {
    /// @param result any but committed and duplicate
    String of(SubmitResult result);

    String of(PostRefusedException refused);
}
