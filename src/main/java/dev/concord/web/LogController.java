package dev.concord.web;

import dev.concord.chat.CommittedEntries;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.LogSnapshot;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// `/api/log`: the committed log as it stands in the files, every entry a line, for backups. The bytes are the same on
/// every node, so a copy that was begun at one can be continued at another.
@RestController
@RequestMapping("/api/log")
public final class LogController {
    /// Copies that one node serves at once; more are told to try another node.
    static final int MAX_STREAMS = 4;

    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final int PAGE_BYTES = 256 * 1024;
    private static final byte[] LINE_FEED = {'\n'};

    private final CommittedEntries entries;
    private final Answers answers;
    private final Semaphore streams = new Semaphore(MAX_STREAMS);

    public LogController(CommittedEntries entries, Answers answers) {
        this.entries = entries;
        this.answers = answers;
    }

    @GetMapping("/head")
    void head(HttpServletRequest request, HttpServletResponse response) throws IOException, InterruptedException {
        new Query(request);
        CommittedEntries.Head head = entries.head();
        if (head.clusterId() == null) {
            throw new ProblemException(ProblemCode.FORMING, "this node is in no cluster yet");
        }
        answers.json(response, HttpServletResponse.SC_OK, head);
    }

    /// Entries `from` to `to`, both included. An answer that ends early was cut off.
    @GetMapping(produces = MediaType.APPLICATION_NDJSON_VALUE)
    void lines(HttpServletRequest request, HttpServletResponse response) throws IOException, InterruptedException {
        Query query = new Query(request, "from", "to");
        long from = query.seq("from", 1).orElse(1);
        long to = query.seq("to", 1)
                .orElseThrow(() -> ProblemException.parameter(
                        "to",
                        "to is missing: give the index"
                                + " of the last entry; GET /api/log/head tells how far the log reaches"));
        if (from > to) {
            throw ProblemException.parameter("from", "from is " + from + ", behind to, which is " + to);
        }
        if (!streams.tryAcquire()) {
            throw new ProblemException(new Problem(
                    ProblemCode.TOO_MANY_REQUESTS,
                    "this node serves " + MAX_STREAMS + " copies of its log at once",
                    1000,
                    Map.of()));
        }
        try {
            if (!entries.await(to, PATIENCE)) {
                throw new ProblemException(
                        ProblemCode.BEHIND, "this node does not know yet that entry " + to + " is committed");
            }
            stream(from, to, response);
        } finally {
            streams.release();
        }
    }

    /// What the log begins behind, in the bytes of its file; no content for a log that begins with its first entry.
    @GetMapping("/snapshot")
    void snapshot(HttpServletRequest request, HttpServletResponse response) throws IOException {
        new Query(request);
        LogSnapshot start = entries.start();
        if (start.isStart()) {
            response.setStatus(HttpServletResponse.SC_NO_CONTENT);
            return;
        }
        byte[] line = start.line();
        answers.json(response, HttpServletResponse.SC_OK, line, line.length);
    }

    private void stream(long from, long to, HttpServletResponse response) throws IOException {
        List<LogEntry> page = entries.read(from, to, PAGE_BYTES);
        if (page.isEmpty()) {
            throw new ProblemException(
                    ProblemCode.LOG_REMOVED,
                    "entry " + from + " was removed by retention; the log begins with entry "
                            + entries.start().firstIndex());
        }
        response.setContentType(MediaType.APPLICATION_NDJSON_VALUE);
        OutputStream out = response.getOutputStream();
        while (!page.isEmpty()) {
            for (LogEntry entry : page) {
                out.write(entry.line());
                out.write(LINE_FEED);
            }
            long next = page.getLast().index() + 1;
            page = next > to || entries.isClosed() ? List.of() : entries.read(next, to, PAGE_BYTES);
        }
    }
}
