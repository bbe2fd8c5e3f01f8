/// The public API from the outside: what a client has to do to send a message exactly once and to read without gap or
/// duplicate, whatever happens to single nodes.
///
/// This package decides which node to ask next, when to try again (always with the same id), and when to give up.
///
/// It never looks inside a server: it knows only HTTP and the JSON of the API, and no other package of this program. It
/// prints nothing.
///
/// Invariant: a message is reported as sent only with the seq the cluster gave it, and readers hand out each
/// seq once, in order.
///
/// Start with [NodeApi], then [MessageSender] and [MessageTail].
@NullMarked
package dev.concord.client;

import org.jspecify.annotations.NullMarked;
