/// Settings in, running node out: reads and checks the configuration, and declares every part of the node as a bean.
///
/// This package decides what a valid configuration is, which source of a setting wins, and in which order the parts of
/// a node start and stop. It is the only one that knows all the others.
///
/// It never decides anything about messages, elections or storage, and no other package of the server knows it.
///
/// Invariant: a node that starts has exactly one [NodeSettings], complete and checked; a configuration that does not
/// add up stops the start with one sentence that names the place and the remedy.
///
/// Start with [NodeSettings], then [NodeConfiguration].
@NullMarked
package dev.concord.config;

import org.jspecify.annotations.NullMarked;
