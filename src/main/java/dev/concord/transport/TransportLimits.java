package dev.concord.transport;

import java.time.Duration;

/// Every limit of the peer links in one place (T1, T3, T6, I17). A hostile, dead or slow peer costs at most this much.
final class TransportLimits {
    /// Longest line before a link is open (T1).
    static final int MAX_HANDSHAKE_LINE_BYTES = 64 << 10;
    /// Longest line on an open link (T1).
    static final int MAX_LINE_BYTES = 1 << 20;
    /// Most lines after the header line of one message.
    static final int MAX_COUNT = 16_384;
    /// Most bytes of one message, its header line and all its lines together.
    static final int MAX_MESSAGE_BYTES = 4 << 20;
    /// A writer stops filling a frame at this size; one message more may make it longer.
    static final int FRAME_TARGET_BYTES = 256 << 10;
    /// Most bytes of one frame, so most of what a reader holds before it has checked the MAC.
    static final int MAX_FRAME_BYTES = FRAME_TARGET_BYTES + MAX_MESSAGE_BYTES;
    /// Longest FRAME line.
    static final int MAX_FRAME_HEADER_BYTES = 160;
    /// Results in one CHAT_ACK line; longer lists are sent as several messages, which say the same.
    static final int MAX_RESULTS = 2_000;
    /// Deepest nesting of JSON (T1).
    static final int MAX_DEPTH = 16;
    /// Longest text field of a message that is not an entry: urls, reasons, host names.
    static final int MAX_TEXT_LENGTH = 2_048;

    /// Messages waiting for one control link; more drop the oldest heartbeat (T6).
    static final int CONTROL_QUEUE_MESSAGES = 256;
    /// Bytes waiting for one control link.
    static final int CONTROL_QUEUE_BYTES = 1 << 20;
    /// Messages waiting for one bulk link; more are dropped, since their senders repeat what is not acknowledged (T6).
    static final int BULK_QUEUE_MESSAGES = 2_048;
    /// Bytes waiting for one bulk link.
    static final int BULK_QUEUE_BYTES = 16 << 20;

    /// Inbound connections that have not proved the secret yet; one more closes the oldest of them.
    static final int MAX_UNPROVEN = 64;
    /// Inbound connections altogether.
    static final int MAX_INBOUND = 256;
    /// Handshakes that wait for the node's verdict, including those whose connection has gone meanwhile.
    static final int MAX_OPEN_QUESTIONS = 256;
    /// Time for a whole handshake (T3).
    static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(5);
    /// Time for the TCP part of an ordinary dial; the reconnect at once has the probe timeout instead (F4).
    static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    /// First and last pause between two dials (T6).
    static final Duration FIRST_BACKOFF = Duration.ofMillis(100);

    static final Duration LAST_BACKOFF = Duration.ofSeconds(2);
    /// A link that ends sooner than this is not redialled at once a second time in a row.
    static final Duration SETTLED_AFTER = Duration.ofSeconds(1);
    /// Silence after which a link is given up, in multiples of `fd_timeout`.
    static final int IDLE_TIMEOUTS = 3;
    /// How often in an `fd_timeout` the dialling end asks for a sign of life; often enough for a peer whose own
    /// `fd_timeout` is somewhat shorter.
    static final int SIGNS_PER_FD_TIMEOUT = 2;
    /// How long closing waits for what is queued.
    static final Duration CLOSE_TIMEOUT = Duration.ofMillis(500);

    private TransportLimits() {}
}
