/// An opinion, from heartbeats alone, about who can be reached.
///
/// It decides whether a link is up in both directions and whether a majority is within reach (F2, F3). It never
/// removes anybody: only `membership` changes who belongs, only `election` replaces a leader. It has no clock; time
/// is an argument.
///
/// Invariant: silence in one direction is enough to count a link as down (trap 21).
///
/// Start with [HeartbeatFailureDetector].
@NullMarked
package dev.concord.detection;

import org.jspecify.annotations.NullMarked;
