package dev.concord.membership;

import dev.concord.protocol.Configuration;
import dev.concord.protocol.LogEntry;
import java.util.ArrayDeque;

/// The configuration in force: the latest one in this node's own log, committed or not (section 2). If the entry that
/// brought it is rewound, the one before it is in force again.
public final class Membership {
    private record Placed(long index, Configuration configuration) {}

    private final ArrayDeque<Placed> history = new ArrayDeque<>();

    /// @param index where the base configuration stands, or any index at or after it
    public Membership(long index, Configuration base) {
        history.addLast(new Placed(index, base));
    }

    /// A snapshot of committed history takes the place of all that was known.
    ///
    /// @param index of the snapshot
    public void restartAt(long index, Configuration base) {
        history.clear();
        history.addLast(new Placed(index, base));
    }

    /// Takes note of an appended entry; returns whether the configuration changed.
    public boolean appended(LogEntry entry) {
        if (entry.kind() != LogEntry.Kind.CONFIG) {
            return false;
        }
        history.addLast(new Placed(entry.index(), entry.configuration()));
        return true;
    }

    /// Entries from `fromIndex` on are gone; returns whether the configuration changed.
    public boolean rewound(long fromIndex) {
        boolean changed = false;
        while (history.size() > 1 && history.getLast().index() >= fromIndex) {
            history.removeLast();
            changed = true;
        }
        return changed;
    }

    /// Older configurations than the last committed one are never needed again. Returns whether another one than before
    /// is the last committed one now.
    public boolean committed(long commitIndex) {
        boolean changed = false;
        while (history.size() > 1 && second().index() <= commitIndex) {
            history.removeFirst();
            changed = true;
        }
        return changed;
    }

    /// The latest configuration that is known to be committed. Whom it lists as removed will never be a member again;
    /// an uncommitted one may still be rewound.
    public Configuration committed() {
        return history.getFirst().configuration();
    }

    private Placed second() {
        Placed first = history.removeFirst();
        Placed second = history.getFirst();
        history.addFirst(first);
        return second;
    }

    public Configuration current() {
        return history.getLast().configuration();
    }

    /// Index of the entry that brought the current configuration.
    public long currentIndex() {
        return history.getLast().index();
    }

    /// Checks I15: at most one configuration is uncommitted.
    public void checkInvariants(long commitIndex) {
        int uncommitted = 0;
        for (Placed placed : history) {
            uncommitted += placed.index() > commitIndex ? 1 : 0;
        }
        if (uncommitted > 1) {
            throw new IllegalStateException(uncommitted + " uncommitted configurations (I15)");
        }
    }
}
