package dev.concord.node;

import dev.concord.protocol.NodeId;
import dev.concord.protocol.Role;
import dev.concord.protocol.Term;

/// One change of role or view, for the log and for those who watch the cluster.
///
/// @param action stable name, e.g. `leader-elected`, `leader-lost`, `term-adopted`, `member-joined`, `member-promoted`
/// @param detail one plain sentence
public record Announcement(String action, Term term, Role role, NodeId leader, long index, String detail) {}
