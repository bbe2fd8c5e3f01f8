/// The words of the cluster: ids, terms, positions, entries, configurations, and everything that nodes say to each
/// other.
///
/// It decides nothing. It fixes the shape of what is decided elsewhere, and the one canonical form of an entry: the
/// line of bytes that the leader writes once and that every link carries and every file holds ([LogEntry]).
///
/// Invariant: a value of this package is immutable and valid; what cannot be valid cannot be constructed. Nothing
/// here reads a clock, touches a file or a socket, starts a thread or draws a random number.
///
/// Start with [PeerMessage], the sealed family of everything that crosses a peer link, then [LogEntry].
@NullMarked
package dev.concord.protocol;

import org.jspecify.annotations.NullMarked;
