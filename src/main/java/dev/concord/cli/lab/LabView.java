package dev.concord.cli.lab;

import java.util.List;
import java.util.Locale;

/// The state of the lab, as its page shows it.
record LabView(List<NodeView> nodes, List<LinkView> links) {
    LabView {
        nodes = List.copyOf(nodes);
        links = List.copyOf(links);
    }

    /// @param process `running`, `paused` or `ended`
    /// @param cut whether it is cut off from all others
    record NodeView(int id, String url, long pid, String process, boolean cut, long diskDelayMs) {}

    /// @param cut `none`, `silence` or `reset`
    /// @param connections that are open in this direction
    record LinkView(int from, int to, String cut, long delayMs, long connections) {}

    static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
