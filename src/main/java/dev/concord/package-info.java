/// Concord: a self-hosted, fault-tolerant chat server. Everyone sees the same messages in the same order.
///
/// This package decides nothing: it holds the one class that Java starts, which hands over to the commands of `cli`.
/// Every other package is one room of the house, and says on its first page what it decides and what it never does:
/// `docs/ARCHITECTURE.md` has the map.
///
/// Invariant of the whole: a message that was acknowledged is on the disks of a majority, in one place of one order.
/// Dependencies point inwards only, from what people touch to the words of the protocol, and a test keeps it so.
///
/// Start with [dev.concord.node.ChatNode] for what a node decides, [dev.concord.runtime.NodeRuntime] for how it
/// happens, and [dev.concord.config.NodeConfiguration] for how the parts come together.
@NullMarked
package dev.concord;

import org.jspecify.annotations.NullMarked;
