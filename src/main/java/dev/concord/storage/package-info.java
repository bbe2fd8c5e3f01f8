/// Keeps a node's log and meta record on its disk, in files that people can read: one entry is one JSON line.
///
/// It decides nothing about the protocol: it writes what it is given, proves at start that nothing of it was changed,
/// and refuses to go on when something was. It never alters a damaged file, and never skips over damage silently.
///
/// Invariant: after a sync has returned, the entries before it survive any crash; and what is read is, byte for byte,
/// what was written, or an error that names file and offset (S3, S9).
///
/// Start with `JsonlSegmentLog`.
@NullMarked
package dev.concord.storage;

import org.jspecify.annotations.NullMarked;
