package dev.concord.web;

import dev.concord.access.Caller;
import dev.concord.chat.Changes;
import dev.concord.chat.CommittedEntries;
import dev.concord.chat.CurrentMessage;
import dev.concord.chat.CurrentPage;
import dev.concord.chat.Cursor;
import dev.concord.chat.MessageReader;
import dev.concord.chat.Page;
import dev.concord.chat.PageRequest;
import dev.concord.chat.PostRefusedException;
import dev.concord.chat.Presence;
import dev.concord.chat.PresenceState;
import dev.concord.chat.RoomFilter;
import dev.concord.chat.Subscriptions;
import dev.concord.protocol.LogEntry;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// `GET /api/messages`: a page, or a range as NDJSON; one message; and the live stream.
@RestController
@RequestMapping("/api/messages")
public final class HistoryController {
    /// Time without a message after which a stream shows that it lives.
    public static final Duration KEEP_ALIVE = EventStream.KEEP_ALIVE;

    /// The longest a page is waited for.
    static final Duration MAX_WAIT = Duration.ofSeconds(60);

    private static final int WAIT_ENTRIES = 256;
    private static final int WAIT_BYTES = 64 * 1024;

    private final MessageReader messages;
    private final Changes changes;
    private final Subscriptions subscriptions;
    private final Presence presence;
    private final Freshness freshness;
    private final Answers answers;
    private final Duration keepAlive;

    public HistoryController(
            MessageReader messages,
            CommittedEntries entries,
            Changes changes,
            Subscriptions subscriptions,
            Presence presence,
            Answers answers,
            Duration keepAlive) {
        this.messages = messages;
        this.freshness = new Freshness(messages, entries);
        this.changes = changes;
        this.presence = presence;
        this.subscriptions = subscriptions;
        this.answers = answers;
        this.keepAlive = keepAlive;
    }

    @GetMapping(produces = MediaType.APPLICATION_JSON_VALUE)
    void page(HttpServletRequest request, HttpServletResponse response) throws IOException, InterruptedException {
        Query query = new Query(
                request, "after", "before", "limit", "room", "view", "wait", Freshness.MIN_SEQ, Freshness.CONSISTENCY);
        Duration wait = query.duration("wait", MAX_WAIT);
        if (!wait.isZero() && query.text("before").isPresent()) {
            throw ProblemException.parameter("wait", "wait and before exclude each other: the past is known");
        }
        int limit = (int) query.number("limit", 1, PageRequest.MAX_LIMIT).orElse(PageRequest.DEFAULT_LIMIT);
        RoomFilter room = query.room();
        PageRequest wanted = new PageRequest(query.seq("after", 0), query.seq("before", 1), limit, room);
        boolean current = isCurrentView(query);
        freshness.await(query);
        if (current) {
            if (!wait.isZero()) {
                throw ProblemException.parameter(
                        "wait", "wait and view=current exclude each other: a stream tells of changes too");
            }
            current(changes.page(wanted), query, limit, response);
            return;
        }
        Page page = messages.page(wanted);
        if (page.messages().isEmpty() && !wait.isZero() && !page.hasNext()) {
            page = await(page, wanted, wait);
        }
        link(response, links(page.hasNext(), page.next(), page.prev(), query, limit));
        Bytes json = json(page);
        answers.json(response, HttpServletResponse.SC_OK, json.array(), json.length());
    }

    /// Whether the messages are wanted as they are now, and not as they were said.
    private static boolean isCurrentView(Query query) {
        String view = query.text("view").orElse("log");
        return switch (view) {
            case "log" -> false;
            case "current" -> true;
            default -> throw ProblemException.parameter("view", "view is \"" + view + "\"; give log or current");
        };
    }

    private void current(CurrentPage page, Query query, int limit, HttpServletResponse response) throws IOException {
        link(response, links(page.hasNext(), page.next(), page.prev(), query, limit));
        Bytes json = new Bytes().ascii("{\"messages\":[");
        String separator = "";
        for (CurrentMessage message : page.messages()) {
            CurrentJson.write(message, json.ascii(separator));
            separator = ",";
        }
        end(json, page.earliest(), page.commit(), page.next(), page.prev());
        answers.json(response, HttpServletResponse.SC_OK, json.array(), json.length());
    }

    @GetMapping(produces = MediaType.APPLICATION_NDJSON_VALUE)
    void range(HttpServletRequest request, HttpServletResponse response) throws IOException, InterruptedException {
        Query query = new Query(request, "after", "before", "limit", "room", Freshness.MIN_SEQ, Freshness.CONSISTENCY);
        freshness.await(query);
        long after = query.seq("after", 0).orElse(messages.earliest() - 1);
        long last = Math.min(messages.commit(), query.seq("before", 1).orElse(Long.MAX_VALUE) - 1);
        long limit = query.seq("limit", 1).orElse(Long.MAX_VALUE);
        Cursor cursor = messages.cursor(after, query.room());
        refuseWhenLeaving();
        Thread self = Thread.currentThread();
        try (var _ = subscriptions.open(Subscriptions.Kind.NDJSON, cursor, self::interrupt)) {
            response.setContentType(MediaType.APPLICATION_NDJSON_VALUE);
            new RangeStream(cursor, response.getOutputStream(), answers).run(last, limit);
        }
    }

    @GetMapping("/{seq}")
    void one(@PathVariable String seq, HttpServletRequest request, HttpServletResponse response) throws IOException {
        new Query(request);
        long wanted = Query.seq("seq", seq, 1);
        LogEntry message = messages.message(wanted)
                .orElseThrow(() -> new ProblemException(
                        ProblemCode.MESSAGE_NOT_FOUND,
                        "there is no message " + wanted + "; the newest that this node knows is " + messages.commit()));
        Bytes json = new Bytes().message(message);
        answers.json(response, HttpServletResponse.SC_OK, json.array(), json.length());
    }

    @GetMapping(path = "/stream", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    void stream(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Query query = new Query(request, "after", "as", "room");
        RoomFilter room = query.room();
        OptionalLong asked = query.seq("after", 0);
        String lastEventId = request.getHeader("Last-Event-ID"); // of a reconnect, so newer than the address
        long after = lastEventId == null || lastEventId.isEmpty()
                ? asked.orElseGet(messages::commit)
                : Query.seq("Last-Event-ID", lastEventId, 0);
        Cursor cursor = messages.cursor(after, room);
        refuseWhenLeaving();
        Thread self = Thread.currentThread();
        try (var _ = subscriptions.open(Subscriptions.Kind.SSE, cursor, self::interrupt);
                Presence.Visit visit = enter(query)) {
            visit.joins(query.text("room").orElse(PresenceState.ALL_ROOMS));
            response.setContentType("text/event-stream;charset=UTF-8");
            response.setHeader("Cache-Control", "no-store");
            response.setHeader("X-Accel-Buffering", "no");
            new EventStream(
                            cursor,
                            response.getOutputStream(),
                            keepAlive,
                            answers,
                            Caller.of(request.getUserPrincipal()))
                    .run();
        } catch (IOException | InterruptedException e) {
            Thread.interrupted(); // the reader left, or the node stops: either way the stream is over
        }
    }

    private Presence.Visit enter(Query query) {
        try {
            return presence.enter(query.text("as").orElse(""));
        } catch (PostRefusedException e) {
            throw ProblemException.parameter("as", "as is the name of a sender: " + e.detail());
        }
    }

    /// Waits for a message behind an empty page.
    private Page await(Page empty, PageRequest wanted, Duration wait) throws InterruptedException {
        Cursor cursor = messages.cursor(empty.next(), wanted.filter());
        Thread self = Thread.currentThread();
        long deadline = System.nanoTime() + wait.toNanos();
        try (var _ = subscriptions.open(Subscriptions.Kind.LONG_POLL, cursor, self::interrupt)) {
            while (cursor.await(Duration.ofNanos(deadline - System.nanoTime()))) {
                long before = cursor.position();
                if (!cursor.next(WAIT_ENTRIES, WAIT_BYTES).isEmpty()) {
                    return messages.page(new PageRequest(
                            OptionalLong.of(before), OptionalLong.empty(), wanted.limit(), wanted.filter()));
                }
            }
        }
        return new Page(List.of(), messages.earliest(), messages.commit(), cursor.position(), empty.prev());
    }

    /// A stream that would be ended at once is better begun elsewhere.
    private void refuseWhenLeaving() {
        if (subscriptions.isStopping()) {
            throw new ProblemException(ProblemCode.STOPPING, "this node is being drained or stopped; use another one");
        }
    }

    private static Bytes json(Page page) {
        Bytes json = new Bytes().ascii("{\"messages\":[");
        String separator = "";
        for (LogEntry entry : page.messages()) {
            json.ascii(separator).message(entry);
            separator = ",";
        }
        return end(json, page.earliest(), page.commit(), page.next(), page.prev());
    }

    private static Bytes end(Bytes json, long earliest, long commit, long next, OptionalLong prev) {
        json.ascii("],\"earliest\":").number(earliest);
        json.ascii(",\"commit\":").number(commit);
        json.ascii(",\"next\":").number(next).ascii(",\"prev\":");
        if (prev.isPresent()) {
            json.number(prev.getAsLong());
        } else {
            json.ascii("null");
        }
        return json.ascii("}");
    }

    private static List<String> links(boolean hasNext, long next, OptionalLong prev, Query query, int limit) {
        String rest = "&limit=" + limit
                + query.text("room").map(room -> "&room=" + room).orElse("")
                + query.text("view").map(view -> "&view=" + view).orElse("");
        List<String> links = new ArrayList<>(2);
        if (hasNext) {
            links.add("</api/messages?after=" + next + rest + ">; rel=\"next\"");
        }
        if (prev.isPresent()) {
            links.add("</api/messages?before=" + prev.getAsLong() + rest + ">; rel=\"prev\"");
        }
        return links;
    }

    private static void link(HttpServletResponse response, List<String> links) {
        if (!links.isEmpty()) {
            response.setHeader("Link", String.join(", ", links));
        }
    }
}
