/// The threads of a node against a disk and a node that do as they are told: order, group commit, bounded queues, and
/// the end of the process when a write fails. [SingleNode] and [InMemoryLog] are for the tests of other packages too.
/// Start with [EventLoopTests].
@NullMarked
package dev.concord.runtime;

import org.jspecify.annotations.NullMarked;
