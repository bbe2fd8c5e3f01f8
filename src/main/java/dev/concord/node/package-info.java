/// The whole node as one deterministic function: an event and the time go in, effects come out.
///
/// It joins the four rules (membership, detection, election, sequencing), passes what one needs from another, and holds
/// back every promise until the state it speaks of is durable. It never reads a clock, touches a file or a socket, or
/// starts a thread, so that a simulation can replay any run of a whole cluster from a seed.
///
/// Invariant: equal events give equal effects (I20), and no acknowledgement leaves before its durability (I13).
///
/// Start with [ChatNode], then [Event] and [Effect].
@NullMarked
package dev.concord.node;

import org.jspecify.annotations.NullMarked;
