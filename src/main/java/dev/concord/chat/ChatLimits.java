package dev.concord.chat;

import java.time.Duration;

/// What one node grants its clients. Immutable; a limit that cannot work is refused here, with its name.
///
/// @param maxTextBytes most bytes of UTF-8 in the text of one message
/// @param submitTimeout how long a message may look for a leader and a quorum before its client gets an answer (X1)
/// @param maxSubscriptions most live readers of this node at once, of all kinds together
/// @param maxBulkRequests most bulk submissions that this node takes in at once
public record ChatLimits(int maxTextBytes, Duration submitTimeout, int maxSubscriptions, int maxBulkRequests) {
    /// Most characters (code points) of a sender.
    public static final int MAX_SENDER_CHARACTERS = 64;
    /// Most characters (code points) of an id.
    public static final int MAX_ID_CHARACTERS = 128;
    /// Most characters of a room's name.
    public static final int MAX_ROOM_CHARACTERS = 64;
    /// The largest value of `maxTextBytes`: escaped at its worst, such a text still fits into the 64 KiB of a body
    /// (X6).
    public static final int MAX_TEXT_BYTES = 31 * 1024;

    /// The documented defaults.
    public static final ChatLimits DEFAULTS = new ChatLimits(16 * 1024, Duration.ofSeconds(5), 10_000, 64);

    public ChatLimits {
        if (maxTextBytes < 1 || maxTextBytes > MAX_TEXT_BYTES) {
            throw new IllegalArgumentException(
                    "max_text_bytes must be 1 to " + MAX_TEXT_BYTES + ", not " + maxTextBytes);
        }
        if (submitTimeout.isNegative() || submitTimeout.isZero()) {
            throw new IllegalArgumentException("submit_timeout must be positive, not " + submitTimeout);
        }
        if (maxSubscriptions < 1 || maxBulkRequests < 1) {
            throw new IllegalArgumentException("max_subscriptions and max_bulk_requests must be at least 1");
        }
    }

    /// Time for a client to send the body of one message.
    public Duration bodyTimeout() {
        return Duration.ofNanos(4 * submitTimeout.toNanos()); // for each post: multipliedBy computes with decimals
    }

    /// Most bytes of one message in JSON as a client may send it: every character of the text written as an escape, and
    /// room for the other fields.
    public int maxJsonBytes() {
        return 6 * maxTextBytes + 8 * 1024;
    }
}
