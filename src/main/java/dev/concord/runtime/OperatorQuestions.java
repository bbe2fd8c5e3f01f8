package dev.concord.runtime;

import dev.concord.node.Event;
import dev.concord.node.EventAction;
import dev.concord.node.RemovalResult;
import dev.concord.protocol.NodeId;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What operators and readers have asked the node and wait for. Any thread asks, the event loop answers.
final class OperatorQuestions {
    private static final Logger LOG = LoggerFactory.getLogger(OperatorQuestions.class);
    private static final String STOPPING = "the node is stopping";

    private final Consumer<Event> loop;
    private final AtomicLong numbers = new AtomicLong();
    private final OpenQuestions<String> handovers = new OpenQuestions<>(numbers);
    private final OpenQuestions<RemovalResult> removals = new OpenQuestions<>(numbers);
    private final OpenQuestions<String> raises = new OpenQuestions<>(numbers);
    private final OpenQuestions<Long> heads = new OpenQuestions<>(numbers);

    OperatorQuestions(Consumer<Event> loop) {
        this.loop = loop;
    }

    CompletableFuture<String> handOver(NodeId target) {
        return handovers.ask(question -> loop.accept(new Event.HandoverRequested(question, target)));
    }

    CompletableFuture<RemovalResult> remove(NodeId target) {
        return removals.ask(question -> loop.accept(new Event.RemovalRequested(question, target)));
    }

    CompletableFuture<String> raise(int level) {
        return raises.ask(question -> loop.accept(new Event.RaiseRequested(question, level)));
    }

    CompletableFuture<Long> head(Duration deadline) {
        return heads.ask(
                question -> loop.accept(new Event.HeadRequested(question, System.nanoTime() + deadline.toNanos())));
    }

    void handedOver(long question, String failure) {
        handovers.answer(question, failure);
    }

    void removed(long question, RemovalResult result) {
        removals.answer(question, result);
    }

    void raised(long question, String failure) {
        raises.answer(question, failure);
    }

    void headConfirmed(long question, long commitIndex) {
        heads.answer(question, commitIndex);
    }

    /// A node that stops hands leadership over first; returns when another node leads, or after a short time.
    void handOverBeforeStop(NodeId self, boolean leads, Duration patience) {
        LOG.atInfo()
                .addKeyValue(EventAction.FIELD, EventAction.NODE_STOPPING)
                .log("node {} stops{}", self, leads ? ", handing leadership over first" : "");
        if (!leads) {
            return;
        }
        try {
            handedOverBeforeStop(handOver(NodeId.NONE).get(patience.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            handedOverBeforeStop("no other node led within " + patience.toMillis() + " ms");
        }
    }

    private static void handedOverBeforeStop(String failure) {
        if (failure.isEmpty()) {
            LOG.atInfo()
                    .addKeyValue(EventAction.FIELD, EventAction.HANDOVER_FINISHED)
                    .log("leadership handed over");
        } else {
            LOG.atWarn()
                    .addKeyValue(EventAction.FIELD, EventAction.HANDOVER_FAILED)
                    .log("leadership not handed over: {}", failure);
        }
    }

    /// Nothing more will be answered.
    void end() {
        handovers.end(STOPPING);
        removals.end(new RemovalResult.Unfinished(STOPPING));
        raises.end(STOPPING);
        heads.end(-1L);
    }
}
