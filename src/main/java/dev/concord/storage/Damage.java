package dev.concord.storage;

import dev.concord.runtime.StorageException;
import java.nio.file.Path;

/// A place in a file that does not hold what it must.
///
/// @param offset the byte where the bad record starts
/// @param index of the entry that should be there
record Damage(Path file, long offset, long index, String what) {
    /// What an operator can do about a folder that the node cannot mend by itself.
    static final String REMEDY =
            "Nothing was changed. Stop this node, move its data directory away and start it again: "
                    + "it joins as a new store and copies the log from the other nodes.";

    StorageException toException() {
        return new StorageException("The log is damaged: " + this + ". " + REMEDY);
    }

    @Override
    public String toString() {
        return file + ", byte " + offset + ", entry " + index + ": " + what;
    }
}
