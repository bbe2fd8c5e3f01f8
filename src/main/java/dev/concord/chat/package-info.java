/// What people do with the log: say something, and read what was said.
///
/// It decides what a well-formed message is ([dev.concord.chat.PostRules]), how a page or a subscription walks over the
/// log, and how many readers a node serves at once. It never orders, stores or acknowledges a message itself: that is
/// the cluster's work, reached through [dev.concord.runtime.ClusterNode]. It knows nothing of HTTP or STOMP.
///
/// Invariant: a subscription is a [dev.concord.chat.Cursor], a number over the log and no queue. Whoever stops reading
/// costs no memory, and finds everything in order when reading goes on (D1).
///
/// Start with [dev.concord.chat.ChatService], then [dev.concord.chat.Cursor].
@NullMarked
package dev.concord.chat;

import org.jspecify.annotations.NullMarked;
