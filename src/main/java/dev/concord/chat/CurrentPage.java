package dev.concord.chat;

import java.util.List;
import java.util.OptionalLong;

/// Some messages (of a room) as they are now, ascending, without the edits and deletes themselves. The other fields
/// are those of [Page], and lead on in the same way.
public record CurrentPage(List<CurrentMessage> messages, long earliest, long commit, long next, OptionalLong prev) {
    public CurrentPage {
        messages = List.copyOf(messages);
    }

    /// Whether there was more behind this page when it was read.
    public boolean hasNext() {
        return next < commit;
    }
}
