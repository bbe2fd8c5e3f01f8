/// Load on a running cluster, and what it costs the servers: closed loops over REST, NDJSON and STOMP, an
/// open loop at a fixed rate, and many subscribers.
///
/// This package decides how messages are sent as fast as two shared cores allow, and how times are taken: without
/// coordinated omission, into histograms, over a window that begins when everything is warm. A generator of load that
/// shares its machine with the servers must cost little itself, so it speaks HTTP, WebSocket and STOMP over bare
/// sockets, the few lines of them that it needs; `client` is what a real program uses.
///
/// It never measures itself: the cost of a message is the processor time that the servers' operating systems counted.
///
/// Invariant: only what was acknowledged counts, and everything that was refused is told.
///
/// Start with [Measurement], then [RestLoop].
@NullMarked
package dev.concord.bench;

import org.jspecify.annotations.NullMarked;
