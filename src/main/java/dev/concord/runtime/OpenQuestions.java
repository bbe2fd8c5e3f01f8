package dev.concord.runtime;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/// Questions of one kind that the node has not answered yet.
///
/// **Threads.** Any may ask; the event loop answers. Whoever waits is woken on another thread, never on the loop.
final class OpenQuestions<T> {
    private final Map<Long, CompletableFuture<T>> open = new ConcurrentHashMap<>();
    private final AtomicLong numbers;

    /// @param numbers where questions of all kinds get their numbers from
    OpenQuestions(AtomicLong numbers) {
        this.numbers = numbers;
    }

    /// @param order puts the question with this number to the node
    CompletableFuture<T> ask(LongConsumer order) {
        long number = numbers.incrementAndGet();
        CompletableFuture<T> answer = new CompletableFuture<>();
        open.put(number, answer);
        order.accept(number);
        return answer;
    }

    void answer(long number, T value) {
        CompletableFuture<T> answer = open.remove(number);
        if (answer != null) {
            answer.completeAsync(() -> value);
        }
    }

    /// The node has stopped: the same answer to all that are open.
    void end(T value) {
        open.values().forEach(answer -> answer.complete(value));
    }
}
