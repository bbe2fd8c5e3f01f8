package dev.concord.node;

import dev.concord.protocol.NodeId;
import dev.concord.protocol.Role;
import dev.concord.protocol.Term;

/// One change of role or view, for the log and for those who watch the cluster.
///
/// @param action what happened, under its stable name
/// @param detail one plain sentence
public record Announcement(EventAction action, Term term, Role role, NodeId leader, long index, String detail) {}
