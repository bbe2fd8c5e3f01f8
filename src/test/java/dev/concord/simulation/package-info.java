/// A whole cluster inside one test, from a seed: virtual time, a network and disks that fail on request, and checkers
/// of the invariants of the protocol (section 14).
///
/// It decides what goes wrong and when; it never reaches into a node: what it knows of one is what the node says.
///
/// Invariant: equal seed, equal run (I20). Nothing here reads a clock, starts a thread or touches a file.
///
/// Start with the simulation of the cluster; [SimulatedDisk] is what survives a crash in it.
@NullMarked
package dev.concord.simulation;

import org.jspecify.annotations.NullMarked;
