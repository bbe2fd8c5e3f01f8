package dev.concord.runtime;

/// What the runtime tells about its own work, for meters. Called on hot paths: implementations must be cheap, must not
/// block and must not throw.
public interface RuntimeObserver {
    /// Watches nothing.
    RuntimeObserver NONE = new RuntimeObserver() {};

    /// A batch became durable.
    ///
    /// @param nanos time of writing and fsync together
    /// @param entries log entries in the batch
    /// @param bytes bytes of those entries
    default void synced(long nanos, int entries, long bytes) {}

    /// The event loop has worked off a batch of events.
    default void stepped(int events, long nanos) {}

    /// A message submitted at this node was committed and applied here.
    ///
    /// @param nanos from submission to the answer
    default void committed(long nanos) {}

    /// A batch of entries that this node appended as the leader was committed.
    ///
    /// @param nanos from appending it to its commit
    default void replicated(long nanos) {}
}
