package dev.concord.runtime;

import dev.concord.node.EventAction;
import dev.concord.node.NodeStatus;
import dev.concord.node.NodeStatus.MemberStatus;
import dev.concord.protocol.Role;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The log lines of conditions that begin and end: a node that catches up, a disk that does not answer. One
/// line when it begins, one when it is over, none in between. Of the event loop alone.
final class ConditionLog {
    /// A replica this far behind is catching up, also if it follows its leader all the time. Below it, being behind is
    /// what a busy cluster looks like.
    static final long CATCH_UP_ENTRIES = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(ConditionLog.class);

    private final long stallNanos;
    private boolean hasFollowed;
    private boolean catchingUp;
    private long stalledSince;

    /// @param stallNanos age of an unfinished write at which the disk counts as stalled (F5)
    ConditionLog(long stallNanos) {
        this.stallNanos = stallNanos;
    }

    /// @param writingSince when the write under way began, 0 for none
    void check(NodeStatus status, long writingSince, long now) {
        catchUp(status);
        disk(writingSince, now);
    }

    private void catchUp(NodeStatus status) {
        if (!status.leader().isPresent()) {
            return; // nobody to catch up with, and nobody who says how far the others are
        }
        long behind = behind(status);
        long limit = hasFollowed ? CATCH_UP_ENTRIES : 1;
        hasFollowed = true;
        if (!catchingUp && behind >= limit && status.role() != Role.LEADER) {
            catchingUp = true;
            LOG.atInfo()
                    .addKeyValue(EventAction.FIELD, EventAction.CATCH_UP_STARTED)
                    .log("node {} catches up: {} entries behind", status.self().id(), behind);
        } else if (catchingUp && behind == 0) {
            catchingUp = false;
            LOG.atInfo()
                    .addKeyValue(EventAction.FIELD, EventAction.CATCH_UP_FINISHED)
                    .log("node {} has caught up, at entry {}", status.self().id(), status.durableIndex());
        }
    }

    private void disk(long writingSince, long now) {
        if (stalledSince == 0 && writingSince != 0 && now - writingSince >= stallNanos) {
            stalledSince = writingSince;
            LOG.atError()
                    .addKeyValue(EventAction.FIELD, EventAction.DISK_STALL)
                    .log(
                            "the disk has not answered for {} ms; this node cannot lead until it does",
                            TimeUnit.NANOSECONDS.toMillis(now - writingSince));
        } else if (stalledSince != 0 && writingSince != stalledSince) {
            LOG.atWarn()
                    .addKeyValue(EventAction.FIELD, EventAction.DISK_RECOVERED)
                    .log("the disk answers again, after {} ms", TimeUnit.NANOSECONDS.toMillis(now - stalledSince));
            stalledSince = 0;
        }
    }

    private static long behind(NodeStatus status) {
        for (MemberStatus member : status.members()) {
            if (member.member().equals(status.self())) {
                return member.behind();
            }
        }
        return 0;
    }
}
