package dev.concord.node;

import java.util.Locale;

/// What a line of the log, or a change told to those who watch the cluster, is about: a stable name that
/// alerts and searches can rely on. `docs/OPERATIONS.md`, section "Logs", lists every one and what to do
/// about it; a test compares.
public enum EventAction {
    // the life of a node
    LOG_RECOVERED,
    NODE_STARTED,
    NODE_STOPPING,
    NODE_STOPPED,
    START_REFUSED,
    SETTINGS_NOTICED,
    HALTED,

    // leadership
    LEADER_ELECTED,
    LEADER_LOST,
    LEADER_STEPPED_DOWN,
    TERM_ADOPTED,
    HANDOVER_STARTED,
    HANDOVER_FINISHED,
    HANDOVER_FAILED,
    DRAIN_STARTED,

    // members
    CLUSTER_FOUNDED,
    CLUSTER_JOINED,
    MEMBERS_CHANGED,
    MEMBER_JOINING,
    MEMBER_PROMOTED,
    MEMBER_REMOVED,
    LEVEL_RAISED,
    CATCH_UP_STARTED,
    CATCH_UP_FINISHED,

    // links between nodes
    LINK_UP,
    LINK_DOWN,
    LINK_FAILED,
    LINK_REFUSED,
    LINK_MISDIALLED,
    LINKS_UNAUTHENTICATED,
    PEER_REFUSED,
    PEER_VIOLATION,
    CONNECTIONS_LIMITED,
    SOCKET_FAILED,
    MESSAGE_UNSENDABLE,

    // disk
    DISK_STALL,
    DISK_RECOVERED,
    DISK_RESERVE_REACHED,
    DISK_SPACE_BACK,
    TORN_TAIL_CUT,
    SEAL_REWRITTEN,
    SEAL_UNUSABLE,
    KEYS_REWRITTEN,
    META_REWRITTEN,
    ENTRIES_DAMAGED,
    LOG_DAMAGED,
    LOG_MENDED,
    LOG_TRIMMED,
    SNAPSHOT_INSTALLED,
    REPAIR_STARTED,
    REPAIR_FINISHED,

    // clients
    CLIENT_CONNECTIONS_LIMITED,
    INSECURE,
    TOKENS_READ,
    TOKENS_UNREADABLE,
    TOKEN_UNCHECKED,
    CERTIFICATE_RENEWED,
    SESSIONS_CLOSED,
    REQUEST_FAILED,
    DELIVERY_FAILED,
    ROOMS_INCOMPLETE,
    LISTENER_FAILED;

    /// The field of a log line that holds the name, as the Elastic Common Schema calls it.
    public static final String FIELD = "event.action";

    private final String text = name().toLowerCase(Locale.ROOT).replace('_', '-');

    /// The stable name, such as `leader-elected`.
    @Override
    public String toString() {
        return text;
    }
}
