package dev.concord.client;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The end of the conversation, live: a cursor that moves from node to node when they fail, and hands out each message
/// once and none too few, because each connection resumes behind the last message seen.
public final class MessageTail {
    /// A node sends a comment every 15 s; one that is silent for longer is stuck.
    static final Duration SILENCE = Duration.ofSeconds(35);

    private final NodeRing ring;
    private final @Nullable String room;
    private long last;
    private boolean everAnswered;

    public MessageTail(List<NodeApi> nodes, @Nullable String room) {
        this.ring = new NodeRing(nodes);
        this.room = room;
    }

    /// What a follower of the conversation is told.
    public interface Follower {
        void message(Message message);

        /// The connection is lost; the next node is tried.
        void lost(String why);

        /// Messages `from` to `to` were removed by retention before they were read here; those behind follow.
        void removed(long from, long to);

        /// Messages flow again.
        void resumed(String url);

        /// Asked after each message and each loss.
        default boolean isDone() {
            return false;
        }
    }

    /// Starts behind this seq.
    public void startAfter(long seq) {
        last = seq;
    }

    /// The newest messages; what follows comes behind them.
    ///
    /// @throws IOException if no node can be reached
    public List<Message> newest(int count) throws IOException, ProblemException {
        for (int tries = 1; ; tries++) {
            try {
                Page page = Page.newest(ring.current(), room, Math.max(1, count));
                ring.worked();
                everAnswered = true;
                startAfter(page.next());
                List<Message> messages = page.messages();
                return messages.subList(Math.max(0, messages.size() - count), messages.size());
            } catch (IOException e) {
                if (tries >= ring.size()) {
                    throw e;
                }
                ring.next();
            }
        }
    }

    /// Delivers messages until the follower is done, trying nodes for ever once one has answered.
    ///
    /// @throws IOException if at the start no node can be reached
    /// @throws ProblemException if what was asked for cannot be had from any node
    public void follow(Follower follower) throws IOException, ProblemException {
        boolean lost = false;
        while (!follower.isDone()) {
            try (EventStream events = EventStream.open(ring.current(), room, last)) {
                if (lost) {
                    follower.resumed(ring.current().url());
                    lost = false;
                }
                everAnswered = true;
                deliver(events, follower);
                if (follower.isDone()) {
                    return;
                }
                throw new IOException("the node ended the stream");
            } catch (ProblemException e) {
                long earliest = e.problem().earliest();
                if (earliest <= last + 1) {
                    throw e;
                }
                follower.removed(last + 1, earliest - 1);
                last = earliest - 1;
            } catch (IOException e) {
                if (!everAnswered && ring.failures() >= ring.size() - 1) {
                    throw e;
                }
                if (!lost) {
                    follower.lost(ring.current().url() + ": " + MessageSender.plain(e));
                    lost = true;
                }
                ring.next();
            }
        }
    }

    private void deliver(EventStream events, Follower follower) throws IOException {
        while (!follower.isDone()) {
            Message message = events.next();
            if (message == null) {
                return;
            }
            if (message.seq() <= last) {
                continue;
            }
            if (room == null && message.seq() != last + 1) {
                throw new BadAnswerException("message " + message.seq() + " came behind " + last);
            }
            last = message.seq();
            ring.worked();
            follower.message(message);
        }
    }
}
