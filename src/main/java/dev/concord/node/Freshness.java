package dev.concord.node;

import dev.concord.protocol.PeerMessage.Heartbeat;
import dev.concord.protocol.Role;
import java.time.Duration;

/// Whether clients may be sent to this node after its start: it would show them old messages as if there were no newer
/// ones while it lacks most of what the others have. So it counts as stale until it has been level with a leader once.
/// Where nobody leads for a while it shows what it has. An opinion for those who watch; the protocol never asks for it.
final class Freshness {
    /// A node this many committed entries behind counts as level: under full load it is never at zero, and this many
    /// are
    /// fetched in a fraction of a second.
    static final long LEVEL_WITHIN = 10_000;
    /// So long nobody leads until a stale node shows what it has.
    static final Duration PATIENCE = Duration.ofSeconds(5);

    private final NodeState state;
    private long leaderlessSince;
    private boolean level;

    Freshness(NodeState state) {
        this.state = state;
        leaderlessSince = state.now.nanos();
    }

    /// Looks once per heartbeat, and whenever somebody asks.
    void look(boolean leads) {
        if (leads) {
            level = true;
        } else if (state.hearsLeader()) {
            leaderlessSince = state.now.nanos();
            level |= isLevel();
        }
    }

    boolean isStale(boolean leads) {
        look(leads);
        return !level && state.now.nanos() - leaderlessSince < PATIENCE.toNanos();
    }

    /// Only a heartbeat as leader says how far the log is committed; what was heard of it as a follower is older.
    private boolean isLevel() {
        Heartbeat last = state.leader() == null ? null : state.detector.last(state.leader());
        return last != null
                && last.role() == Role.LEADER
                && last.commitIndex() - state.disk.durableIndex() <= LEVEL_WITHIN;
    }
}
