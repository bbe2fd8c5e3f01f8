package dev.concord.runtime;

import dev.concord.node.Recovery;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.LogSnapshot;
import dev.concord.protocol.Meta;
import java.util.List;

/// A node's durable state: the replicated log and the meta record, in one data directory (section 3).
///
/// **Lifecycle.** [#recover] once, before anything else; [#close] last. Indexes count from 1 and have no gap.
///
/// **Threads.** All methods but [#reader] and [#flushMark] are called by one thread at a time (the disk thread), which
/// is never interrupted (S2). What [#reader] returns may be used by any thread while that thread writes.
///
/// **Durability.** [#append] promises nothing; after [#sync] returns, everything appended before is on the disk and the
/// durable mark says so. [#rewind] and [#writeMeta] are durable when they return.
///
/// **Failure.** A write, fsync or rename that fails throws [StorageException]; the caller halts the process (S4) and
/// never calls again. Damage found by a read throws it too, naming file and offset.
public interface DurableLog extends AutoCloseable {
    /// Locks the directory, creates it if it is empty, checks what is there (S1, S5 to S7), and returns it.
    ///
    /// @throws StorageException if the directory is in use, or its identity is lost, naming the remedy
    Recovery recover();

    /// Writes entries after the last one. Readers see them at once; they are durable after the next [#sync].
    void append(List<LogEntry> entries);

    /// Cuts all entries from `fromIndex` on: lowers the mark durably, truncates, fsyncs. Durable on return.
    void rewind(long fromIndex);

    /// Lets the log begin behind a snapshot of it, which ends where a closed part of the log does; all entries up to
    /// there are committed. The snapshot is durable before any of them is gone. Does nothing if the log has no such
    /// place any more. Durable on return (C5).
    void trim(LogSnapshot snapshot);

    /// Puts a snapshot of committed history in the place of the whole log, which has no entry at or after its index.
    /// After a crash at any point there is the old log or the new one. Durable on return (C5).
    void install(LogSnapshot snapshot);

    /// Makes everything appended so far durable and writes the mark.
    void sync();

    /// Flushes the newest mark that was written. Called by a thread of its own while the disk thread goes on, after
    /// [#recover] and before [#close].
    default void flushMark() {}

    /// Notes how far the log is committed; goes into the next mark that is written.
    void noteCommit(long commitIndex);

    /// Replaces the meta record in both copies. Durable on return.
    void writeMeta(Meta meta);

    /// Index of the last entry appended, 0 for an empty log.
    long lastIndex();

    /// Reads entries by position; usable by any thread after [#recover].
    LogReader reader();

    /// Syncs what was appended, notes the mark durably, and releases the directory.
    @Override
    void close();
}
