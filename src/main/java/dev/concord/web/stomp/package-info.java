/// STOMP 1.2 over WebSocket at `/ws`: messages in, the committed order out (sections 4 of the product, 11 of the
/// protocol).
///
/// It decides how a client's frames become submissions and subscriptions, and in which order frames leave a session.
/// A subscription is a cursor over the committed log and nothing else: no queue is kept for a reader, so one that stops
/// reading is merely behind. It never orders, stores or judges messages, and uses no message broker.
///
/// Invariant: a subscription delivers every message after its cursor once, in order of seq (D1, D4); everything a
/// session sends leaves through one writer thread (D2); a RECEIPT of a SEND leaves only after its message is committed
/// (G1).
///
/// Start with [StompHandler], then [StompSession] for what comes in and [SessionWriter] for what goes out.
@NullMarked
package dev.concord.web.stomp;

import org.jspecify.annotations.NullMarked;
