package dev.concord.web.stomp;

import dev.concord.access.Caller;
import org.jspecify.annotations.Nullable;

/// What is known of a client before its first frame.
///
/// @param address where it comes from
/// @param caller whom the token of the WebSocket handshake stands for; null if there was none, as with browsers
record StompVisitor(String address, @Nullable Caller caller) {}
