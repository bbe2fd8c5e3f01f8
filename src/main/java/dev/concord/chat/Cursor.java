package dev.concord.chat;

import dev.concord.protocol.LogEntry;
import dev.concord.runtime.CommittedLog;
import java.time.Duration;
import java.util.List;

/// A reader's place in the log, and all that a subscription is: a number. It holds no messages; whoever does not ask
/// for the next ones is simply behind (D1). Used by one thread at a time; [#position] by any.
public final class Cursor {
    private final CommittedLog log;
    private final RoomFilter filter;
    private volatile long position;

    /// @param after the seq that the reader has, 0 to read from the beginning
    /// @throws MessagesRemovedException if what follows `after` is no longer there
    public Cursor(CommittedLog log, long after, RoomFilter filter) {
        this.log = log;
        this.filter = filter;
        this.position = after;
        refuseIfRemoved();
    }

    /// Messages up to here were given or, being of other rooms, passed over.
    public long position() {
        return position;
    }

    /// How many messages the reader has not been given yet.
    public long lag() {
        return Math.max(0, log.commitSeq() - position);
    }

    /// Whether everything committed so far was given.
    public boolean isAtEnd() {
        return log.commitSeq() <= position;
    }

    /// The next messages, in order, as many as fit both limits; empty if there are none, or none of the room
    /// among those looked at: [#isAtEnd] tells which.
    ///
    /// @throws MessagesRemovedException if retention overtook this reader
    public List<LogEntry> next(int maxEntries, int maxBytes) {
        List<LogEntry> entries = log.after(position, maxEntries, maxBytes);
        if (entries.isEmpty()) {
            if (!isAtEnd()) {
                refuseIfRemoved();
            }
            return entries;
        }
        if (entries.getFirst().seq() != position + 1) {
            throw new IllegalStateException("after message " + position + " the log gave "
                    + entries.getFirst().seq());
        }
        position = entries.getLast().seq();
        return filter.pass(entries);
    }

    /// Moves on over messages that the reader was given from elsewhere, such as a ring of frames shared by many.
    ///
    /// @param seq the last of them; they followed the position without a gap
    public void advance(long seq) {
        if (seq < position || seq > log.commitSeq()) {
            throw new IllegalArgumentException("from message " + position + " there is no way to " + seq);
        }
        position = seq;
    }

    /// Waits until there is a message behind the position, the time is over, or the node stops.
    ///
    /// @return whether there is one
    public boolean await(Duration timeout) throws InterruptedException {
        return log.awaitAfter(position, timeout);
    }

    /// Whether the node is stopping, so that nothing more will come.
    public boolean isClosed() {
        return log.isClosed();
    }

    private void refuseIfRemoved() {
        long earliest = log.firstSeq();
        if (position + 1 < earliest) {
            throw new MessagesRemovedException(position + 1, earliest);
        }
    }
}
