package dev.concord.chat;

import dev.concord.node.LevelReport;
import dev.concord.runtime.ClusterNode;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// The level of the cluster: what all its programs have agreed to use.
public final class ClusterLevel {
    private final ClusterNode node;

    public ClusterLevel(ClusterNode node) {
        this.node = node;
    }

    /// @param level 0 while there is no cluster
    public record Report(int level, List<MemberReport> members) {
        public Report {
            members = List.copyOf(members);
        }
    }

    /// @param oldest level that the program of this member knows, 0 if that was not heard; likewise `newest`
    public record MemberReport(int id, boolean reachable, int oldest, int newest) {}

    public Report report() {
        LevelReport report = node.levels();
        return new Report(
                report.level(),
                report.members().stream()
                        .map(m -> new MemberReport(
                                m.id().value(),
                                m.reachable(),
                                m.levels().oldest(),
                                m.levels().newest()))
                        .toList());
    }

    /// Raises it; see [ClusterNode#raise].
    public CompletableFuture<String> raise(int level) {
        return node.raise(level);
    }
}
