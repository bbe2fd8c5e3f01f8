package dev.concord.transport;

import dev.concord.node.Event;
import dev.concord.protocol.Channel;
import dev.concord.protocol.Hello;
import dev.concord.protocol.Refusal;
import dev.concord.transport.OpenLinks.Boot;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Where proven diallers wait for the node's verdict. A link counts as open from the moment the node accepts it, so
/// that the node is told of its end in any case, even when nobody waits for the verdict any more.
final class HelloDesk {
    private final OpenLinks openLinks;
    private final Consumer<Event> listener;
    private final Map<Long, Question> questions = new HashMap<>();
    private long lastId;

    private static final class Question {
        private final Hello hello;
        private final Channel channel;
        private final LinkSocket socket;
        private final CountDownLatch answered = new CountDownLatch(1);
        private @Nullable Refusal refusal;
        private boolean abandoned;

        private Question(Hello hello, Channel channel, LinkSocket socket) {
            this.hello = hello;
            this.channel = channel;
            this.socket = socket;
        }
    }

    HelloDesk(OpenLinks openLinks, Consumer<Event> listener) {
        this.openLinks = openLinks;
        this.listener = listener;
    }

    /// Asks the node whether to accept, and waits for its verdict; empty accepts. After that the link is among the
    /// open ones.
    Optional<Refusal> ask(Hello hello, Channel channel, LinkSocket socket, long deadlineNanos) throws IOException {
        Question question = new Question(hello, channel, socket);
        long id;
        synchronized (this) {
            if (questions.size() >= TransportLimits.MAX_OPEN_QUESTIONS) {
                return Optional.of(Refusal.BUSY);
            }
            id = ++lastId;
            questions.put(id, question);
        }
        listener.accept(new Event.HelloReceived(id, hello));
        if (!await(question.answered, deadlineNanos - System.nanoTime())) {
            synchronized (this) {
                question.abandoned = questions.containsKey(id);
            }
            if (question.abandoned) {
                throw new SocketTimeoutException("this node did not judge the handshake in time");
            }
        }
        return Optional.ofNullable(question.refusal);
    }

    /// The node's verdict. Called by the event loop: it must not wait.
    void answer(long id, @Nullable Refusal refusal) {
        Question question;
        synchronized (this) {
            question = questions.remove(id);
            if (question == null) {
                return;
            }
            question.refusal = refusal;
            if (refusal == null && !question.abandoned) {
                openLinks.opened(Boot.of(question.hello), question.socket, question.channel, true);
            }
        }
        question.answered.countDown();
        if (refusal == null && question.abandoned) {
            closeAbandoned(question);
        }
    }

    private void closeAbandoned(Question question) {
        Boot boot = Boot.of(question.hello);
        openLinks.opened(boot, question.socket, question.channel, true);
        if (openLinks.closed(boot, question.socket)) {
            LinkThreads.start(
                    "concord-link-gone", () -> listener.accept(new Event.LinksClosed(boot.member(), boot.id())));
        }
    }

    private static boolean await(CountDownLatch latch, long nanos) throws IOException {
        try {
            return latch.await(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted in a handshake", e);
        }
    }
}
