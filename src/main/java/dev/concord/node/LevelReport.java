package dev.concord.node;

import dev.concord.protocol.Levels;
import dev.concord.protocol.NodeId;
import java.util.List;

/// Which level the cluster is at, and what would be possible (V3).
///
/// @param level of the cluster, 0 while there is none; the entry that raised it may yet be cut off
/// @param committed the level that no later leader can be below: what a client may use (V3)
/// @param members with what their programs know; [Levels#UNKNOWN] if that was not heard
public record LevelReport(int level, int committed, List<MemberLevels> members) {
    public LevelReport {
        members = List.copyOf(members);
    }

    /// @param reachable whether its link is up in both directions
    public record MemberLevels(NodeId id, boolean reachable, Levels levels) {}
}
