package dev.concord.web;

import dev.concord.access.Caller;
import dev.concord.access.RateLimiter;
import dev.concord.chat.ChatLimits;
import dev.concord.chat.ChatService;
import dev.concord.chat.MessageReader;
import dev.concord.chat.PostReader;
import dev.concord.chat.PostRules;
import dev.concord.node.SubmitResult;
import dev.concord.protocol.ChatBody;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.NodeId;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// `POST /api/messages`: one message as JSON, or many as NDJSON. Blocking is fine here: each request has a virtual
/// thread of its own.
@RestController
@RequestMapping("/api/messages")
public final class MessageController {
    private static final Duration APPLY_PATIENCE = Duration.ofSeconds(1);

    private final ChatService chat;
    private final PostReader posts;
    private final MessageReader messages;
    private final ChatLimits limits;
    private final RateLimiter limiter;
    private final Answers answers;
    private final Semaphore bulkRequests;

    public MessageController(
            ChatService chat,
            PostReader posts,
            MessageReader messages,
            ChatLimits limits,
            RateLimiter limiter,
            Answers answers) {
        this.chat = chat;
        this.posts = posts;
        this.messages = messages;
        this.limits = limits;
        this.limiter = limiter;
        this.answers = answers;
        this.bulkRequests = new Semaphore(limits.maxBulkRequests());
    }

    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    void post(HttpServletRequest request, HttpServletResponse response) throws IOException, InterruptedException {
        Query.refuse(request);
        long afterSeq = commitKnown(request);
        PostReader.Envelope envelope = new PostReader.Envelope(
                Caller.of(request.getUserPrincipal()), Optional.empty(), idempotencyKey(request));
        byte[] json = RequestBody.read(request, limits.maxJsonBytes(), limits.bodyTimeout());
        ChatBody body = posts.read(json, 0, json.length, envelope);
        switch (chat.submitAndWait(body, afterSeq)) {
            case SubmitResult.Committed committed ->
                answer(response, HttpServletResponse.SC_CREATED, committed.seq(), committed.durableOn());
            case SubmitResult.Duplicate duplicate ->
                answer(response, HttpServletResponse.SC_OK, duplicate.seq(), List.of());
            case SubmitResult refused -> throw new ProblemException(Problem.of(refused));
        }
    }

    @PostMapping(consumes = MediaType.APPLICATION_NDJSON_VALUE)
    void postBulk(HttpServletRequest request, HttpServletResponse response) throws IOException, InterruptedException {
        new Query(request);
        RequestBody.refuseEncoded(request);
        if (request.getHeader("Idempotency-Key") != null) {
            throw ProblemException.parameter(
                    "Idempotency-Key", "one key cannot stand for many messages; give each line its own id");
        }
        Caller caller = Caller.of(request.getUserPrincipal());
        String client = caller.getName().isEmpty() ? request.getRemoteAddr() : caller.getName();
        if (!bulkRequests.tryAcquire()) {
            throw new ProblemException(new Problem(
                    ProblemCode.TOO_MANY_REQUESTS,
                    "this node takes in " + limits.maxBulkRequests() + " bulk submissions at once",
                    1000,
                    java.util.Map.of()));
        }
        try {
            response.setContentType(MediaType.APPLICATION_NDJSON_VALUE);
            new BulkSubmission(chat, posts, messages, answers, caller, limiter.paceOf(client))
                    .run(request.getInputStream(), response.getOutputStream(), limits.maxJsonBytes());
        } finally {
            bulkRequests.release();
        }
    }

    private void answer(HttpServletResponse response, int status, long seq, List<NodeId> durableOn)
            throws IOException, InterruptedException {
        messages.awaitApplied(seq, APPLY_PATIENCE);
        LogEntry message = messages.message(seq)
                .orElseThrow(() -> new ProblemException(
                        ProblemCode.COMMIT_UNKNOWN,
                        "committed as message " + seq + ", which this node has not applied yet"));
        response.setHeader("Location", "/api/messages/" + seq);
        Bytes bytes = new Bytes().message(message);
        if (!durableOn.isEmpty()) {
            bytes.dropLast().ascii(",\"durableOn\":[");
            for (int i = 0; i < durableOn.size(); i++) {
                bytes.ascii(i == 0 ? "" : ",").number(durableOn.get(i).value());
            }
            bytes.ascii("]}");
        }
        answers.json(response, status, bytes.array(), bytes.length());
    }

    /// What the client knew to be committed before its first try, if it says so (X4).
    private static long commitKnown(HttpServletRequest request) {
        String known = request.getHeader(Answers.COMMIT);
        return known == null ? ChatService.NOT_SAID : Query.seq(Answers.COMMIT, known, 0);
    }

    /// The key of the header, plain or as a quoted string.
    private static Optional<String> idempotencyKey(HttpServletRequest request) {
        String key = request.getHeader("Idempotency-Key");
        if (key == null) {
            return Optional.empty();
        }
        boolean quoted = key.length() >= 2 && key.startsWith("\"") && key.endsWith("\"");
        String id = quoted ? key.substring(1, key.length() - 1) : key;
        if (id.chars().anyMatch(c -> c < 0x20 || c > 0x7e || quoted && (c == '"' || c == '\\'))) {
            throw ProblemException.parameter("Idempotency-Key", "a key in a header is printable ASCII");
        }
        PostRules.checkId(id);
        return Optional.of(id);
    }
}
