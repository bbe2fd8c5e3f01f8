package dev.concord.web.stomp;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What was agreed about heart-beats (STOMP 1.2, "Heart-beating"). Zero means none in that direction.
///
/// @param outgoingNanos at least this often the server sends something
/// @param incomingNanos at least this often the client has promised to send something
record HeartBeats(long outgoingNanos, long incomingNanos) {
    static final HeartBeats NONE = new HeartBeats(0, 0);
    /// A client is given up after so many intervals of silence: networks are late, and STOMP asks for a margin.
    static final int PATIENCE = 3;

    /// @param header `heart-beat` of the client, `cx,cy`: what it can send, what it wants; absent is `0,0`
    /// @param own what the server can send and wants, the same in both directions
    static HeartBeats negotiate(@Nullable String header, Duration own) throws StompFault {
        if (header == null) {
            return NONE;
        }
        int comma = header.indexOf(',');
        long canSend = comma < 0 ? -1 : millis(header.substring(0, comma).strip());
        long wants = comma < 0 ? -1 : millis(header.substring(comma + 1).strip());
        if (canSend < 0 || wants < 0) {
            throw StompFault.protocol(
                    "heart-beat is not two numbers",
                    "heart-beat is '" + header + "'; it is two numbers of milliseconds, such as 10000,10000");
        }
        return new HeartBeats(agreed(wants, own), agreed(canSend, own));
    }

    private static long agreed(long clientMillis, Duration own) {
        return clientMillis == 0 ? 0 : Math.max(clientMillis, own.toMillis()) * 1_000_000L;
    }

    private static long millis(String text) {
        if (text.isEmpty() || text.length() > 9 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return -1;
        }
        return Long.parseLong(text);
    }
}
