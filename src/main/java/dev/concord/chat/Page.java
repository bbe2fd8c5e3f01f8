package dev.concord.chat;

import dev.concord.protocol.LogEntry;
import java.util.List;
import java.util.OptionalLong;

/// Some consecutive messages (of a room), ascending.
///
/// @param earliest the lowest seq that can still be read
/// @param commit the number of committed messages when the page was read
/// @param next what to give as `after` for the messages behind this page
/// @param prev what to give as `before` for the messages ahead of it; empty if there are none
public record Page(List<LogEntry> messages, long earliest, long commit, long next, OptionalLong prev) {
    public Page {
        messages = List.copyOf(messages);
    }

    /// Whether there was more behind this page when it was read.
    public boolean hasNext() {
        return next < commit;
    }
}
