package dev.concord.web.stomp;

import java.time.Duration;

/// The limits of the STOMP endpoint. Each is reached by a test.
///
/// @param maxSessions sessions of this node; more are closed at once with 1013, try again later
/// @param maxSubscriptions subscriptions of one session
/// @param maxOutstanding answers one session may be waiting for; with more its frames are not read until some are out
/// @param heartBeat what the server offers and asks for, both ways
/// @param connectWithin time for the CONNECT frame, and for the rest of a frame that has begun
/// @param stalledFor how long one write may wait for a client that does not read, before the connection is given up; a
///     client that asked for heart-beats is given up earlier, after three of them
/// @param closeOver time over which a stopping node spreads the closing of its sessions
public record StompSettings(
        int maxSessions,
        int maxSubscriptions,
        int maxOutstanding,
        Duration heartBeat,
        Duration connectWithin,
        Duration stalledFor,
        Duration closeOver) {
    public static final StompSettings DEFAULTS = new StompSettings(
            10_000,
            64,
            1_024,
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofMinutes(10),
            Duration.ofSeconds(1));

    public StompSettings {
        if (maxSessions < 1 || maxSubscriptions < 1 || maxOutstanding < 1) {
            throw new IllegalArgumentException(
                    "max-sessions, max-subscriptions and max-outstanding of STOMP must be at least 1");
        }
        positive("heart-beat", heartBeat);
        positive("connect-within", connectWithin);
        positive("stalled-for", stalledFor);
        positive("close-over", closeOver);
    }

    public StompSettings withHeartBeat(Duration interval) {
        return new StompSettings(
                maxSessions, maxSubscriptions, maxOutstanding, interval, connectWithin, stalledFor, closeOver);
    }

    /// How often sessions are looked at for what the passing of time demands.
    Duration tick() {
        long millis = Math.min(heartBeat.toMillis(), Math.min(connectWithin.toMillis(), stalledFor.toMillis())) / 4;
        return Duration.ofMillis(Math.clamp(millis, 10, 250));
    }

    private static void positive(String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(name + " of STOMP must be positive, not " + value);
        }
    }
}
