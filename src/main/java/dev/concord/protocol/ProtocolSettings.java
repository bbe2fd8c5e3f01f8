package dev.concord.protocol;

import java.time.Duration;

/// The times and limits of the protocol (section 13). Immutable and checked together: a combination that cannot work
/// is refused here, with the setting's name in the message.
///
/// @param heartbeat between two HEARTBEATs to a peer (F2)
/// @param fdTimeout silence after which a link counts as down (F2)
/// @param leaderTimeout silence after which the leader counts as failed (F3)
/// @param probeTimeout wait for the one reconnect after a lost connection to the leader (F4)
/// @param okTimeout wait for answers to ELECTION (E3)
/// @param coordinatorTimeout wait for a leader after TAKING_OVER (E5)
/// @param claimTimeout wait for promises (E9)
/// @param holdOffBase base of the hold-off after a failed claim (E6)
/// @param diskStall age of an unfinished fsync at which a leader steps down (F5)
/// @param commitStall time without commit progress at which a leader steps down (E12)
/// @param ackTimeout wait for SEQ_ACK before entries are sent again (R8)
/// @param preemptStable how long a higher id must be able and level before it gets the lead (E13)
/// @param handoverTimeout wait for the heir's term before the leader goes on (E13)
/// @param submitTimeout deadline of a client message when the client names none (X1)
/// @param replaceAfter how long the old store of a node id must be silent before a new one replaces it (M3)
/// @param dedupWindow chat entries within which a key is recognised (X4), if this node founds the cluster: it writes
///     this value into the first configuration, and every node follows the configuration in its log
/// @param maxPending entries a leader holds uncommitted (X6)
/// @param maxPendingBytes bytes a leader holds uncommitted (X6)
/// @param maxPerSecond messages a leader takes in a second, 0 for no limit (X6)
/// @param windowMessages SEQ_CHAT messages under way to one member (R8)
/// @param windowBytes entry bytes under way to one member (R8)
/// @param pageBytes entry bytes of one SEQ_CHAT or CATCHUP_RESP (C4)
/// @param catchupRate bytes in a second read from the disk for a follower that comes back (R8)
/// @param maxCatchups catch-up pages a member serves at once (C4)
/// @param tailBytes entry bytes kept in memory behind the commit index, for followers and readers near the end
public record ProtocolSettings(
        Duration heartbeat,
        Duration fdTimeout,
        Duration leaderTimeout,
        Duration probeTimeout,
        Duration okTimeout,
        Duration coordinatorTimeout,
        Duration claimTimeout,
        Duration holdOffBase,
        Duration diskStall,
        Duration commitStall,
        Duration ackTimeout,
        Duration preemptStable,
        Duration handoverTimeout,
        Duration submitTimeout,
        Duration replaceAfter,
        int dedupWindow,
        int maxPending,
        int maxPendingBytes,
        int maxPerSecond,
        int windowMessages,
        int windowBytes,
        int pageBytes,
        int catchupRate,
        int maxCatchups,
        int tailBytes) {

    /// The defaults of section 13.
    public static final ProtocolSettings DEFAULTS = of(Duration.ofMillis(200), Duration.ofMillis(1500));

    public ProtocolSettings {
        positive("heartbeat", heartbeat);
        positive("fd_timeout", fdTimeout);
        positive("leader_timeout", leaderTimeout);
        positive("probe_timeout", probeTimeout);
        positive("ok_timeout", okTimeout);
        positive("coordinator_timeout", coordinatorTimeout);
        positive("claim_timeout", claimTimeout);
        positive("hold_off_base", holdOffBase);
        positive("disk_stall", diskStall);
        positive("commit_stall", commitStall);
        positive("ack_timeout", ackTimeout);
        positive("preempt_stable", preemptStable);
        positive("handover_timeout", handoverTimeout);
        positive("submit_timeout", submitTimeout);
        positive("replace_after", replaceAfter);
        positive("window_messages", windowMessages);
        positive("window_bytes", windowBytes);
        positive("page_bytes", pageBytes);
        positive("catchup_rate", catchupRate);
        positive("max_catchups", maxCatchups);
        if (leaderTimeout.compareTo(heartbeat.multipliedBy(3)) < 0) {
            throw new IllegalArgumentException(
                    "leader_timeout (" + leaderTimeout.toMillis() + " ms) must be at least three heartbeats ("
                            + heartbeat.multipliedBy(3).toMillis() + " ms)");
        }
        if (coordinatorTimeout.compareTo(okTimeout) <= 0) {
            throw new IllegalArgumentException("ok_timeout (" + okTimeout.toMillis()
                    + " ms) must be shorter than coordinator_timeout (" + coordinatorTimeout.toMillis() + " ms)");
        }
        if (maxPerSecond < 0) {
            throw new IllegalArgumentException("max_per_second must not be negative, but is " + maxPerSecond);
        }
        if (dedupWindow < 1 || maxPending < 1 || maxPendingBytes < ChatBody.MAX_BYTES) {
            throw new IllegalArgumentException("dedup_window, max_pending and max_pending_bytes must be positive, "
                    + "the last at least " + ChatBody.MAX_BYTES);
        }
    }

    /// The default settings around a heartbeat and a leader timeout; the other times follow from the timeout.
    public static ProtocolSettings of(Duration heartbeat, Duration leaderTimeout) {
        return new ProtocolSettings(
                heartbeat,
                leaderTimeout,
                leaderTimeout,
                Duration.ofMillis(100),
                leaderTimeout.dividedBy(5),
                leaderTimeout,
                leaderTimeout.multipliedBy(2).dividedBy(3),
                Duration.ofMillis(200),
                leaderTimeout.multipliedBy(2),
                leaderTimeout.multipliedBy(3),
                leaderTimeout.dividedBy(3),
                Duration.ofSeconds(10),
                leaderTimeout,
                Duration.ofSeconds(5),
                Duration.ofSeconds(30),
                200_000,
                10_000,
                16 << 20,
                0,
                64,
                4 << 20,
                256 << 10,
                12 << 20,
                4,
                4 << 20);
    }

    /// The same with other values for what an operator may want to change.
    public ProtocolSettings with(
            Duration submitDeadline,
            Duration preemption,
            int dedupMessages,
            int messagesPerSecond,
            int catchupBytesPerSecond) {
        return new ProtocolSettings(
                heartbeat,
                fdTimeout,
                leaderTimeout,
                probeTimeout,
                okTimeout,
                coordinatorTimeout,
                claimTimeout,
                holdOffBase,
                diskStall,
                commitStall,
                ackTimeout,
                preemption,
                handoverTimeout,
                submitDeadline,
                replaceAfter,
                dedupMessages,
                maxPending,
                maxPendingBytes,
                messagesPerSecond,
                windowMessages,
                windowBytes,
                pageBytes,
                catchupBytesPerSecond,
                maxCatchups,
                tailBytes);
    }

    private static void positive(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be positive, not " + value);
        }
    }

    private static void positive(String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(name + " must be positive, not " + value.toMillis() + " ms");
        }
    }
}
