package dev.concord.client;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads the whole history up to a commit point that is fixed at the start, going on with another node where one
/// failed.
public final class HistoryReader {
    private final NodeRing ring;
    private final @Nullable String room;
    private final Duration patience;
    private final long upTo;
    private long last;

    private HistoryReader(NodeRing ring, @Nullable String room, long after, long upTo, Duration patience) {
        this.ring = ring;
        this.room = room;
        this.last = after;
        this.upTo = upTo;
        this.patience = patience;
    }

    /// Takes one message after the other; an exception of its own ends the reading.
    public interface Sink {
        void message(Message message) throws IOException;

        /// Messages `from` to `to` were removed by retention; those behind follow.
        void removed(long from, long to);
    }

    /// Asks the nodes in turn for the commit point.
    ///
    /// @param patience how long to go on trying without any progress
    /// @throws IOException if no node can be reached
    public static HistoryReader open(List<NodeApi> nodes, @Nullable String room, long after, Duration patience)
            throws IOException, ProblemException {
        NodeRing ring = new NodeRing(nodes);
        while (true) {
            try {
                long commit = Page.newest(ring.current(), null, 1).commit();
                ring.worked();
                return new HistoryReader(ring, room, after, commit, patience);
            } catch (IOException e) {
                if (ring.failures() >= ring.size() - 1) {
                    throw e;
                }
                ring.next();
            }
        }
    }

    /// The commit point at which the history ends.
    public long upTo() {
        return upTo;
    }

    /// Reads everything.
    ///
    /// @throws IOException if no node gives the rest; names the last message that was read
    public void readAll(Sink sink) throws IOException, ProblemException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (last < upTo) {
            long before = last;
            String failure;
            try {
                readOn(sink);
                return;
            } catch (ProblemException e) {
                long earliest = e.problem().earliest();
                if (earliest <= last + 1) {
                    throw e;
                }
                sink.removed(last + 1, earliest - 1);
                last = earliest - 1;
                continue;
            } catch (NodeFailedException e) {
                failure = e.getMessage();
            }
            long now = System.nanoTime();
            if (last > before) {
                ring.worked();
                deadline = now + patience.toNanos();
            } else if (now > deadline) {
                throw new IOException("the history ends behind message " + last + " of " + upTo + ": " + failure);
            }
            ring.next();
        }
    }

    private void readOn(Sink sink) throws IOException, ProblemException, NodeFailedException {
        try (History history = new History(ring.current(), room, last, upTo)) {
            while (true) {
                Message message;
                try {
                    message = history.next();
                } catch (IOException e) {
                    throw new NodeFailedException(ring.current().url() + ": " + MessageSender.plain(e));
                }
                if (message == null) {
                    last = upTo;
                    return;
                }
                sink.message(message);
                last = message.seq();
            }
        }
    }

    /// Only this node failed; the sink did not.
    private static final class NodeFailedException extends Exception {
        private static final long serialVersionUID = 1;

        NodeFailedException(String message) {
            super(message);
        }
    }
}
