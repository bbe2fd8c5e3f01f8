package dev.concord.storage;

import dev.concord.runtime.LogReader.ChangeVisitor;

/// The edits and deletes that stand in one segment.
interface ChangeSource {
    /// Shows those of the messages `firstSeq` to `lastSeq`; of one message in the order of the log.
    void forEach(long firstSeq, long lastSeq, ChangeVisitor visitor);
}
