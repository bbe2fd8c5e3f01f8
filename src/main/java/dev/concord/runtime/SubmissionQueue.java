package dev.concord.runtime;

import dev.concord.node.Submission;
import dev.concord.node.SubmitResult;
import dev.concord.protocol.ChatBody;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/// The messages of clients between their threads and the node: first they wait for the event loop, then for the node's
/// answer. Clients add from any thread; everything else belongs to the event loop.
final class SubmissionQueue {
    /// Messages that wait for the event loop at most; more are refused as overload.
    static final int MAX_WAITING = 20_000;
    /// Messages handed to the node in one step at most.
    static final int MAX_PER_STEP = 1024;

    private final RuntimeObserver observer;
    private final ConcurrentLinkedQueue<Waiting> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final Map<Long, Waiting> unanswered = new HashMap<>();
    private long lastRequestId;

    private record Waiting(
            long session, ChatBody body, long afterSeq, long deadline, long since, Consumer<SubmitResult> answer) {}

    SubmissionQueue(RuntimeObserver observer) {
        this.observer = observer;
    }

    /// Returns false if the queue is full.
    boolean offer(long session, ChatBody body, long afterSeq, Duration deadline, Consumer<SubmitResult> answer) {
        if (waiting.incrementAndGet() > MAX_WAITING) {
            waiting.decrementAndGet();
            return false;
        }
        long since = System.nanoTime();
        queue.add(new Waiting(session, body, afterSeq, since + deadline.toNanos(), since, answer));
        return true;
    }

    int waiting() {
        return waiting.get();
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }

    /// Takes out what the node gets in one step, oldest first; empty if nothing waits.
    List<Submission> take() {
        List<Submission> batch = new ArrayList<>();
        Waiting next = queue.poll();
        while (next != null) {
            long requestId = ++lastRequestId;
            unanswered.put(requestId, next);
            batch.add(new Submission(requestId, next.session, next.body, next.deadline, next.afterSeq));
            next = batch.size() < MAX_PER_STEP ? queue.poll() : null;
        }
        waiting.addAndGet(-batch.size());
        return batch;
    }

    void answer(long requestId, SubmitResult result) {
        Waiting submission = unanswered.remove(requestId);
        if (submission == null) {
            return;
        }
        if (result instanceof SubmitResult.Committed) {
            observer.committed(System.nanoTime() - submission.since);
        }
        Listener.tell(submission.answer, result, "the listener of a submission");
    }

    /// The node is gone: what the loop never took was surely not appended, of the rest nobody knows.
    void end() {
        queue.forEach(w -> w.answer.accept(new SubmitResult.NotAppended(SubmitResult.Reason.STOPPING, 1000)));
        unanswered.values().forEach(w -> w.answer.accept(new SubmitResult.Unknown()));
    }
}
