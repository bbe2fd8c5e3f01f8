package dev.concord.client;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/// Sends messages exactly once. Whatever leaves the outcome open (a lost connection, `commit-unknown`, no leader) is
/// tried again with the same id, on the next node, until there is an answer or the patience is over.
public final class MessageSender {
    /// Messages of one bulk request.
    public static final int MAX_BULK_MESSAGES = 1_000;
    /// Characters of text in one bulk request.
    public static final int MAX_BULK_CHARACTERS = 512 * 1024;
    /// A node answers within its own deadline, 5 s by default; one that is silent for longer is stuck.
    static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(10);

    private static final String PATH = "/api/messages";

    private final NodeRing ring;
    private final Duration patience;
    private boolean everAnswered;

    /// @param patience how long to go on trying without any progress
    public MessageSender(List<NodeApi> nodes, Duration patience) {
        this.ring = new NodeRing(nodes);
        this.patience = patience;
    }

    /// Sends one message.
    public SendResult send(Draft draft) {
        Attempts attempts = new Attempts();
        while (true) {
            try (NodeApi.Response response =
                    ring.current().post(PATH, "application/json", draft.json(), ANSWER_TIMEOUT)) {
                everAnswered = true;
                if (response.isOk()) {
                    ring.worked();
                    return new SendResult.Sent(Message.parse(response.readAll()).seq());
                }
                attempts.refused(response.problem());
            } catch (IOException e) {
                attempts.failed(e);
            }
            SendResult end = attempts.end();
            if (end != null) {
                return end;
            }
            ring.next();
        }
    }

    /// Receives the outcome of each message of a bulk, in order, once.
    @FunctionalInterface
    public interface Outcomes {
        void outcome(int position, SendResult result);
    }

    /// Sends messages in order, in one request as long as all goes well. A message that is refused does not stop those
    /// behind it; one whose outcome stays open does, and gets the last outcome that is reported.
    ///
    /// @param drafts at most [#MAX_BULK_MESSAGES]
    /// @return the number of messages that have an outcome: less than all only if sending had to stop
    public int sendAll(List<Draft> drafts, Outcomes outcomes) {
        Attempts attempts = new Attempts();
        int done = 0;
        while (done < drafts.size()) {
            int before = done;
            try {
                done = sendRest(drafts, done, outcomes, attempts);
            } catch (BulkBrokenException e) {
                done = e.done;
                attempts.failed(e.reason);
            }
            if (done == drafts.size()) {
                return done;
            }
            if (done > before) {
                attempts = attempts.afterProgress();
            }
            SendResult end = attempts.end();
            if (end != null) {
                outcomes.outcome(done, end);
                return done + 1;
            }
            ring.next();
        }
        return done;
    }

    private int sendRest(List<Draft> drafts, int from, Outcomes outcomes, Attempts attempts)
            throws BulkBrokenException {
        StringBuilder lines = new StringBuilder();
        for (Draft draft : drafts.subList(from, drafts.size())) {
            lines.append(draft.json()).append('\n');
        }
        int done = from;
        try (NodeApi.Response response =
                ring.current().post(PATH, "application/x-ndjson", lines.toString(), ANSWER_TIMEOUT)) {
            everAnswered = true;
            if (!response.isOk()) {
                attempts.refused(response.problem());
                return done;
            }
            Lines results = new Lines(response.body());
            for (byte[] line = results.next(); line != null && done < drafts.size(); line = results.next()) {
                Map<String, @Nullable Object> fields = Json.object(line);
                long seq = Json.number(fields, "seq", 0);
                Problem problem = Problem.of(0, fields);
                if (seq == 0 && problem.retryable()) {
                    attempts.refused(problem);
                    return done;
                }
                ring.worked();
                outcomes.outcome(done++, seq > 0 ? new SendResult.Sent(seq) : new SendResult.Refused(problem));
            }
            if (done < drafts.size()) {
                throw new BadAnswerException("the answer ended early");
            }
            response.completed();
            return done;
        } catch (IOException e) {
            throw new BulkBrokenException(done, e);
        } catch (JacksonException e) {
            throw new BulkBrokenException(done, new BadAnswerException("this is no result of a message"));
        }
    }

    private static final class BulkBrokenException extends Exception {
        private static final long serialVersionUID = 1;

        private final int done;
        private final IOException reason;

        BulkBrokenException(int done, IOException reason) {
            super(reason);
            this.done = done;
            this.reason = reason;
        }
    }

    /// What is known of a message (or of the first open one of a bulk) after some tries.
    private final class Attempts {
        private final long deadline = System.nanoTime() + patience.toNanos();
        private final int failuresBefore = ring.failures();
        private boolean maybeStored;
        private @Nullable Problem lastProblem;
        private String lastFailure = "";

        void refused(Problem problem) {
            lastProblem = problem;
            maybeStored |= problem.isUnknown();
        }

        void failed(IOException failure) {
            lastProblem = null;
            lastFailure = ring.current().url() + ": " + plain(failure);
            boolean neverSent = failure instanceof ConnectException
                    || failure instanceof NoRouteToHostException
                    || failure instanceof UnknownHostException;
            maybeStored |= !neverSent;
        }

        Attempts afterProgress() {
            Attempts fresh = new Attempts();
            fresh.lastProblem = lastProblem;
            fresh.lastFailure = lastFailure;
            fresh.maybeStored = true; // what was under way behind the last result may be stored
            return fresh;
        }

        /// The result to give up with; null to try again.
        @Nullable
        SendResult end() {
            Problem problem = lastProblem;
            if (problem != null && !problem.retryable()) {
                return new SendResult.Refused(problem);
            }
            boolean roundDone = ring.failures() - failuresBefore >= ring.size() - 1;
            if (!everAnswered && roundDone && !maybeStored) {
                return new SendResult.Unreachable(lastFailure);
            }
            if (System.nanoTime() < deadline) {
                return null;
            }
            if (maybeStored) {
                return new SendResult.Unknown(problem == null ? lastFailure : problem.toString());
            }
            return problem == null ? new SendResult.Unreachable(lastFailure) : new SendResult.Refused(problem);
        }
    }

    static String plain(IOException failure) {
        String message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : message;
    }
}
