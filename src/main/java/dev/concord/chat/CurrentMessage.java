package dev.concord.chat;

import dev.concord.protocol.LogEntry;
import org.jspecify.annotations.Nullable;

/// A message as it is now: at its place in the order, with what became of it.
///
/// @param original itself, as it was said
/// @param edit the newest edit before it was deleted, if there is one
/// @param delete the first delete, if there is one: then nothing is left of its text
public record CurrentMessage(
        LogEntry original,
        @Nullable LogEntry edit,
        @Nullable LogEntry delete) {
    /// Bytes of everything it is made of.
    int sizeInBytes() {
        return original.sizeInBytes() + (edit == null ? 0 : edit.sizeInBytes());
    }
}
