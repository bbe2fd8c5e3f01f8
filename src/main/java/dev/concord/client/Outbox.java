package dev.concord.client;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// The messages of this client that are not durable yet, in their order. One at a time is under way, so that a message
/// which has to be tried again is not overtaken by the one behind it.
///
/// No clock and no socket: it is told what happened and when, and says what to send. One thread.
final class Outbox {
    /// Messages that may wait; whoever writes faster than that has no person at the keyboard.
    static final int MAX_MESSAGES = 1_000;
    static final long FIRST_REST_MS = 100;
    static final long LONGEST_REST_MS = 2_000;

    private final Deque<Draft> waiting = new ArrayDeque<>();
    private final BiConsumer<Draft, Delivery> told;
    private boolean underWay;
    private boolean maybeStored;
    private int failures;
    private long notBefore;
    private long sentAt;

    /// @param told each change of a message's state
    Outbox(BiConsumer<Draft, Delivery> told) {
        this.told = told;
    }

    void add(Draft draft) {
        waiting.add(draft);
        told.accept(draft, new Delivery.Queued());
    }

    List<Draft> waiting() {
        return new ArrayList<>(waiting);
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /// The message to send now, or null. It counts as under way from here on.
    @Nullable
    Draft next(long nowMs, String url) {
        Draft head = waiting.peek();
        if (head == null || underWay || nowMs < notBefore) {
            return null;
        }
        underWay = true;
        sentAt = nowMs;
        told.accept(head, new Delivery.Sending(url));
        return head;
    }

    /// When [#next] or [#isOverdue] may have something to say; the far future if nothing waits.
    long wakeAt(long answerWithinMs) {
        if (waiting.isEmpty()) {
            return Long.MAX_VALUE;
        }
        return underWay ? sentAt + answerWithinMs : notBefore;
    }

    /// Whether the answer to the message under way should have come.
    boolean isOverdue(long nowMs, long answerWithinMs) {
        return underWay && nowMs - sentAt >= answerWithinMs;
    }

    /// The node has answered: the message under way is stored.
    void durable(Delivery.Durable state) {
        if (underWay) {
            finish(state);
        }
    }

    /// A message with this id is in the stream. So it is stored, also where the answer to it was lost; while an answer
    /// is still expected, that one says more.
    void seen(String id, long seq) {
        Draft head = waiting.peek();
        if (head != null && !underWay && head.id().equals(id)) {
            finish(new Delivery.Durable(seq, List.of()));
        }
    }

    /// The node refused the message that is under way.
    void refused(Problem problem, long nowMs) {
        if (!underWay) {
            return;
        }
        if (problem.retryable()) {
            maybeStored |= problem.isUnknown();
            again(problem.toString(), nowMs);
        } else {
            finish(new Delivery.Refused(problem));
        }
    }

    /// The connection is gone: what was under way may be stored or not.
    void lost(String why, long nowMs) {
        if (underWay) {
            maybeStored = true;
            again(why, nowMs);
            notBefore = nowMs; // another node is another chance
        }
    }

    /// Tries in a row that a node refused for now.
    int failures() {
        return failures;
    }

    private void again(String why, long nowMs) {
        underWay = false;
        notBefore = nowMs + Math.min(LONGEST_REST_MS, FIRST_REST_MS << Math.min(failures, 10));
        failures++;
        told.accept(waiting.element(), new Delivery.Retrying(why, maybeStored));
    }

    private void finish(Delivery state) {
        Draft head = waiting.remove();
        underWay = false;
        maybeStored = false;
        failures = 0;
        notBefore = 0;
        told.accept(head, state);
    }
}
