package dev.concord.chat;

import dev.concord.node.SubmitResult;
import dev.concord.protocol.ChatBody;
import dev.concord.runtime.ClusterNode;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/// Hands messages to the cluster and brings back their outcome: committed, surely not appended, or unknown (X1).
public final class ChatService {
    /// Session of a message on its own, which is ordered with nothing.
    public static final long NO_SESSION = 0;
    /// Stands for "the client did not say what it knew before its first try" (X4).
    public static final long NOT_SAID = -1;

    /// The node answers at the deadline at the latest; should it not, its client still gets an answer.
    private static final Duration GRACE = Duration.ofSeconds(2);

    private final ClusterNode node;
    private final ChatLimits limits;

    public ChatService(ClusterNode node, ChatLimits limits) {
        this.node = node;
        this.limits = limits;
    }

    /// A number for a client whose messages are to be ordered as it submits them (G4).
    public long newSession() {
        return node.newSession();
    }

    /// Submits a message; `answer` gets the outcome once, on the event loop, and must not block.
    ///
    /// @param session a number of [#newSession], or [#NO_SESSION]
    /// @param afterSeq the commit seq that the client knew before its first try, or [#NOT_SAID]
    public void submit(long session, ChatBody body, long afterSeq, Consumer<SubmitResult> answer) {
        node.submit(session, body, afterSeq, limits.submitTimeout(), answer);
    }

    /// Submits a message as [#submit] does, as a future, which completes on the event loop: what depends on it must not
    /// block.
    public CompletableFuture<SubmitResult> submit(long session, ChatBody body, long afterSeq) {
        CompletableFuture<SubmitResult> outcome = new CompletableFuture<>();
        submit(session, body, afterSeq, outcome::complete);
        return outcome;
    }

    /// Submits a message on its own and waits for the outcome; for threads that may block.
    public SubmitResult submitAndWait(ChatBody body, long afterSeq) throws InterruptedException {
        long most = limits.submitTimeout().plus(GRACE).toNanos();
        try {
            return submit(NO_SESSION, body, afterSeq).get(most, TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return new SubmitResult.Unknown();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a submission has an outcome, not a failure", e);
        }
    }
}
