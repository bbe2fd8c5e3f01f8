package dev.concord.web.stomp;

import java.io.IOException;

/// The way out to one client. Used by the session's writer thread alone, but for [#abort] and [#blockedNanos].
interface Outlet {
    /// Sends a frame as one text message; it may wait until [#flush]. Blocks while the client does not
    /// read.
    ///
    /// @throws IOException if the connection is gone
    void write(WebSocketText frame) throws IOException;

    /// Sends what waits.
    void flush() throws IOException;

    /// Closes in order, after what was written.
    void close(int code, String reason);

    /// Ends the connection although a write may be blocked, which then fails. Any thread.
    void abort(String reason);

    /// For how long the write (or flush, or close) in progress has been waiting for the client, 0 if there is none. Any
    /// thread.
    long blockedNanos(long now);
}
