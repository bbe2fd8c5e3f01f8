package dev.concord.chat;

/// Hears of every client that was refused, to count it. Must not block.
@FunctionalInterface
public interface RefusalObserver {
    /// Counts nothing.
    RefusalObserver NONE = code -> {};

    /// @param code the stable reason, as clients see it
    void refused(String code);
}
