package dev.concord.web.stomp;

import java.io.IOException;

/// Takes whole STOMP frames that are to leave a session, in order.
@FunctionalInterface
interface FrameSink {
    /// Takes a frame that may be shared by many sessions.
    ///
    /// @throws IOException if the connection is gone
    void accept(WebSocketText frame) throws IOException;

    /// Takes a frame of this session alone.
    ///
    /// @throws IOException if the connection is gone
    default void accept(String frame) throws IOException {
        accept(WebSocketText.of(frame));
    }
}
