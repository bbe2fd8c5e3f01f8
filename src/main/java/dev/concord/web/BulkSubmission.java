package dev.concord.web;

import dev.concord.access.Caller;
import dev.concord.access.RateLimiter;
import dev.concord.chat.ChatService;
import dev.concord.chat.MessageReader;
import dev.concord.chat.MessagesRemovedException;
import dev.concord.chat.PostReader;
import dev.concord.chat.SubmissionRefusedException;
import dev.concord.node.SubmitResult;
import dev.concord.protocol.ChatBody;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.Term;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One bulk submission: messages line by line in, one result a line out, in the same order, while more come in.
///
/// Two threads share it. The request's thread reads and submits, at most [#MAX_OPEN] without an outcome;
/// another writes the results and flushes whenever the next one is not there yet. A client that sends
/// everything before it reads anything is served too: [#MAX_UNWRITTEN] outcomes wait as such, not as text.
/// Whoever sends still more without reading is no longer read.
final class BulkSubmission {
    /// Messages of one bulk submission that have no outcome yet, at most.
    static final int MAX_OPEN = 1024;
    /// Results of one bulk submission that its client has not taken yet, at most.
    static final int MAX_UNWRITTEN = 65_536;

    private static final int WRITE_BYTES = 8 * 1024;
    private static final Duration APPLY_PATIENCE = Duration.ofSeconds(1);

    private final ChatService chat;
    private final PostReader posts;
    private final MessageReader messages;
    private final Answers answers;
    private final Caller caller;
    private final PostReader.Envelope envelope;
    private final RateLimiter.Pace pace;
    private final long session;

    private final BlockingQueue<Result> results = new ArrayBlockingQueue<>(MAX_UNWRITTEN);
    private final AtomicInteger open = new AtomicInteger();
    private final Thread reader = Thread.currentThread();
    private volatile boolean readerWaits;
    private volatile @Nullable Thread writer;
    private volatile @Nullable Result awaited;

    BulkSubmission(
            ChatService chat,
            PostReader posts,
            MessageReader messages,
            Answers answers,
            Caller caller,
            RateLimiter.Pace pace) {
        this.chat = chat;
        this.posts = posts;
        this.messages = messages;
        this.answers = answers;
        this.caller = caller;
        this.envelope = PostReader.Envelope.of(caller);
        this.pace = pace;
        this.session = chat.newSession();
    }

    /// What became of one line.
    private final class Result implements Consumer<SubmitResult> {
        private final long line;
        private volatile @Nullable SubmitResult outcome;
        private @Nullable Problem problem;

        Result(long line) {
            this.line = line;
        }

        /// Called on the event loop.
        @Override
        public void accept(SubmitResult given) {
            outcome = given;
            if (awaited == this) {
                LockSupport.unpark(writer);
            }
            int left = open.decrementAndGet();
            if (readerWaits && left <= MAX_OPEN / 2) {
                LockSupport.unpark(reader);
            }
        }

        boolean isDone() {
            return problem != null || outcome != null;
        }
    }

    /// Takes in all lines and writes all results. Returns when the last result is written.
    void run(InputStream in, OutputStream out, int maxLineBytes) throws InterruptedException {
        Result end = new Result(0);
        Thread writing = Thread.ofVirtual().name("concord-bulk").unstarted(() -> write(out, end));
        writer = writing;
        writing.start();
        read(new LineReader(in, maxLineBytes));
        results.put(end);
        writing.join();
    }

    private void read(LineReader lines) throws InterruptedException {
        try {
            while (lines.next()) {
                if (!lines.isBlank()) {
                    submit(lines);
                }
            }
        } catch (IOException e) {
            Result broken = new Result(lines.number());
            broken.problem = Problem.of(ProblemCode.MALFORMED_REQUEST, "the body ends early: " + e.getMessage());
            results.put(broken);
        }
    }

    private void submit(LineReader lines) throws InterruptedException {
        pace.await();
        Result result = new Result(lines.number());
        ChatBody body = null;
        if (lines.isTooLong()) {
            result.problem = Problem.of(
                    ProblemCode.TOO_LARGE,
                    "the line has more than " + lines.mostBytes() + " bytes, the most of a message");
        } else if (!caller.isGood()) {
            result.problem = Problem.of(ProblemCode.UNAUTHENTICATED, "the token has ended since the request began");
        } else {
            try {
                body = posts.read(lines.buffer(), lines.from(), lines.to(), envelope);
            } catch (SubmissionRefusedException e) {
                result.problem = Problem.of(e);
            }
        }
        results.put(result);
        if (body != null) {
            awaitRoom();
            open.incrementAndGet();
            chat.submit(session, body, ChatService.NOT_SAID, result);
        }
    }

    /// Once the window is full, half of it must be free before more is submitted, lest each outcome wakes the reader.
    private void awaitRoom() throws InterruptedException {
        if (open.get() < MAX_OPEN) {
            return;
        }
        readerWaits = true;
        while (open.get() > MAX_OPEN / 2) {
            LockSupport.park(this);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
        readerWaits = false;
    }

    private void write(OutputStream out, Result end) {
        Bytes bytes = new Bytes();
        try {
            for (Result next = results.poll(); next != end; next = results.poll()) {
                if (next == null || !next.isDone()) {
                    bytes.drainTo(out);
                    out.flush();
                    next = next == null ? results.take() : next;
                    if (next == end) {
                        return;
                    }
                    await(next);
                }
                add(next, bytes);
                if (bytes.length() >= WRITE_BYTES) {
                    bytes.drainTo(out);
                }
            }
            bytes.drainTo(out);
            out.flush();
        } catch (IOException | InterruptedException e) {
            reader.interrupt(); // the client is gone
        }
    }

    private void await(Result result) {
        awaited = result;
        while (!result.isDone()) {
            LockSupport.park(this);
        }
        awaited = null;
    }

    private void add(Result result, Bytes bytes) throws InterruptedException {
        Problem problem = result.problem;
        if (problem != null) {
            problem(problem, result.line, bytes);
            return;
        }
        switch (result.outcome) {
            case SubmitResult.Committed(long seq, long index, Term term, var durableOn) ->
                committed(201, seq, result.line, bytes);
            case SubmitResult.Duplicate(long seq, long index, Term term) -> committed(200, seq, result.line, bytes);
            case SubmitResult refused -> problem(Problem.of(refused), result.line, bytes);
            case null -> throw new IllegalStateException("a result without an outcome");
        }
    }

    private void committed(int status, long seq, long line, Bytes bytes) throws InterruptedException {
        messages.awaitApplied(seq, APPLY_PATIENCE);
        try {
            Optional<LogEntry> message = messages.message(seq);
            if (message.isEmpty()) {
                problem(Problem.of(new SubmitResult.Unknown()), line, bytes);
                return;
            }
            result(status, message.get(), bytes);
        } catch (MessagesRemovedException e) {
            problem(Problem.of(e), line, bytes);
        }
    }

    private static void result(int status, LogEntry entry, Bytes bytes) {
        ChatBody body = entry.body();
        bytes.ascii(status == 201 ? "{\"status\":201,\"seq\":" : "{\"status\":200,\"seq\":")
                .number(entry.seq())
                .ascii(",\"term\":")
                .number(entry.term().value())
                .ascii(",\"id\":")
                .slice(body.array(), body.fieldStart(0), body.fieldEnd(0))
                .ascii("}\n");
    }

    private void problem(Problem problem, long line, Bytes bytes) {
        Map<String, Object> more = new LinkedHashMap<>(problem.more());
        more.put("line", line);
        Problem withLine = new Problem(problem.code(), problem.detail(), problem.retryAfterMillis(), more);
        bytes.slice(answers.problemLine(withLine)).ascii("\n");
    }
}
