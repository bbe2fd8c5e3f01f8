package dev.concord.chat;

import dev.concord.protocol.ChatBody;
import dev.concord.protocol.Reference;

/// Judges a message that refers to an earlier one; see [ReferenceRules].
@FunctionalInterface
public interface ReferenceCheck {
    /// @throws ReferenceRefusedException if it may not be submitted
    void require(ChatBody body, Reference reference, PostReader.Envelope envelope);
}
