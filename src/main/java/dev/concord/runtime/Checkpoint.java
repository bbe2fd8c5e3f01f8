package dev.concord.runtime;

import dev.concord.protocol.LogEntry;
import java.util.List;

/// A place in the committed log that is the same on every node, and the hash of the history up to it: two nodes that
/// show the same place with different hashes have diverged.
///
/// @param index a multiple of [#SPACING], 0 before the first
/// @param hash the low half of the chain hash
public record Checkpoint(long index, long hash) {
    /// Entries between two places.
    public static final int SPACING = 4096;

    static final Checkpoint NONE = new Checkpoint(0, 0);

    /// The last place among entries that were just committed, or this one if none of them is a place.
    Checkpoint after(List<LogEntry> committed) {
        long end = committed.getLast().index();
        long place = end - end % SPACING;
        int position = committed.size() - 1 - (int) (end - place);
        if (position < 0) {
            return this;
        }
        LogEntry entry = committed.get(position);
        return entry.index() == place ? new Checkpoint(place, entry.hash().low()) : this;
    }
}
