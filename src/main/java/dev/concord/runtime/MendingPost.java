package dev.concord.runtime;

import dev.concord.node.Event;
import dev.concord.protocol.ChainHash;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.LogPosition;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.PeerMessage.CatchupMode;
import dev.concord.protocol.PeerMessage.CatchupReq;
import dev.concord.protocol.PeerMessage.CatchupResp;
import dev.concord.protocol.PeerMessage.CatchupStatus;
import dev.concord.protocol.Term;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Asks another member for committed entries, past the node: what comes is proven by its hashes alone, is
/// not appended, and changes nothing that the node decides ([C1]).
///
/// **Bounds.** One question at a time. **Threads.** [#ask] one; [#send] the event loop; [#passOn] the links.
final class MendingPost {
    /// Questions of the node itself have numbers below.
    private static final long FIRST_REQUEST = 1L << 50;

    private final Runnable wake;
    private final AtomicReference<@Nullable Question> waiting = new AtomicReference<>();
    private volatile @Nullable Question open;
    private long lastRequest = FIRST_REQUEST;

    private record Question(
            NodeId to,
            long request,
            LogPosition after,
            ChainHash hash,
            int maxBytes,
            CompletableFuture<List<LogEntry>> answer) {}

    /// @param wake calls the event loop to [#send]
    MendingPost(Runnable wake) {
        this.wake = wake;
    }

    /// Committed entries after a position, from this member; none if it does not give any in time.
    List<LogEntry> ask(NodeId member, LogPosition after, ChainHash hash, int maxBytes, Duration patience)
            throws InterruptedException {
        Question question = new Question(member, ++lastRequest, after, hash, maxBytes, new CompletableFuture<>());
        open = question;
        waiting.set(question);
        wake.run();
        try {
            return question.answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return List.of();
        } catch (ExecutionException e) {
            throw new IllegalStateException("nobody fails a question", e);
        } finally {
            open = null;
        }
    }

    boolean hasWaiting() {
        return waiting.get() != null;
    }

    /// @param term the durable term of this node (S3)
    void send(PeerLinks links, Term term) {
        Question question = waiting.getAndSet(null);
        if (question != null) {
            links.send(
                    question.to,
                    new CatchupReq(
                            term,
                            CatchupMode.COMMITTED,
                            question.request,
                            question.after.index() + 1,
                            question.after.term(),
                            question.hash,
                            question.maxBytes));
        }
    }

    /// Hands events on, but for answers to these questions.
    Consumer<Event> passOn(Consumer<Event> loop) {
        return event -> {
            if (event instanceof Event.Received(var from, var _, CatchupResp response)
                    && response.requestId() > FIRST_REQUEST) {
                Question question = open;
                if (question != null && question.to.equals(from.id()) && question.request == response.requestId()) {
                    question.answer.complete(response.status() == CatchupStatus.OK ? response.entries() : List.of());
                }
            } else {
                loop.accept(event);
            }
        };
    }
}
