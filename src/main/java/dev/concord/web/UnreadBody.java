package dev.concord.web;

import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Duration;

/// What is left of a body when its request is refused. Tomcat by itself reads on to its end after the answer, so that
/// the client may read that: a client that sends a byte every few seconds, and needs no token for it, would hold its
/// connection for ever. So the rest is read here, before the answer, and for a short time only.
final class UnreadBody {
    /// Time for a client to finish what it is sending.
    static final Duration PATIENCE = Duration.ofSeconds(2);
    /// As much as Tomcat reads.
    static final int MAX_BYTES = 2 << 20;

    private UnreadBody() {}

    /// Reads and forgets it.
    ///
    /// @return false if it has not ended, so that the connection has to
    static boolean isReadToItsEnd(HttpServletRequest request) {
        if (request.getContentLengthLong() <= 0 && request.getHeader("Transfer-Encoding") == null) {
            return true;
        }
        if (request.getHeader("Expect") != null) {
            return true; // it was not asked for, and Tomcat sees to the rest
        }
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        byte[] buffer = new byte[4096];
        try {
            ServletInputStream in = request.getInputStream();
            for (int length = 0; length < MAX_BYTES && System.nanoTime() - deadline < 0; ) {
                int count = in.read(buffer);
                if (count < 0) {
                    return true;
                }
                length += count;
            }
        } catch (IOException | IllegalStateException e) {
            return false; // the client is gone, or was silent for too long
        }
        return false;
    }
}
