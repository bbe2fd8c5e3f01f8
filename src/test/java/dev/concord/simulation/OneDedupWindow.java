package dev.concord.simulation;

import dev.concord.protocol.LogEntry;

/// X4: one deduplication window for the whole cluster, the founder's, in each configuration that is ever
/// committed. That each node uses the one of its log, and not its own setting, is checked inside the nodes
/// ([dev.concord.node.ChatNode#checkInvariants]) and shows in [NoKeyTwice].
final class OneDedupWindow implements Invariant.OfHistory {
    private final int window;

    OneDedupWindow(int window) {
        this.window = window;
    }

    @Override
    public void committed(SimulatedProcess process, LogEntry entry) {
        if (entry.kind() == LogEntry.Kind.CONFIG) {
            int committed = entry.configuration().dedupWindow();
            require(committed == window, entry, "says", committed, "and the founder said", window);
        }
    }
}
