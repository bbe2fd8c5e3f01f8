package dev.concord.web;

import dev.concord.chat.Changes;
import dev.concord.chat.MessageReader;
import dev.concord.chat.PageRequest;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.Reference;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/// `GET /api/messages/{seq}/changes`: a message as it was said, and all that changed it.
@RestController
public final class ChangesController {
    private final MessageReader messages;
    private final Changes changes;
    private final Answers answers;

    public ChangesController(MessageReader messages, Changes changes, Answers answers) {
        this.messages = messages;
        this.changes = changes;
        this.answers = answers;
    }

    @GetMapping(path = "/api/messages/{seq}/changes", produces = MediaType.APPLICATION_JSON_VALUE)
    void list(@PathVariable String seq, HttpServletRequest request, HttpServletResponse response) throws IOException {
        Query query = new Query(request, "after", "limit");
        long after = query.seq("after", 0).orElse(0);
        int limit = (int) query.number("limit", 1, PageRequest.MAX_LIMIT).orElse(PageRequest.DEFAULT_LIMIT);
        LogEntry original = original(Query.seq("seq", seq, 1));
        List<LogEntry> found = changes.of(original.seq(), after, limit);
        Bytes json = new Bytes().ascii("{\"messages\":[");
        String separator = "";
        if (after < original.seq()) {
            json.message(original);
            separator = ",";
        }
        for (LogEntry change : found) {
            json.ascii(separator).message(change);
            separator = ",";
        }
        json.ascii("],\"next\":");
        if (found.size() == limit) {
            json.number(found.getLast().seq());
        } else {
            json.ascii("null");
        }
        json.ascii("}");
        answers.json(response, HttpServletResponse.SC_OK, json.array(), json.length());
    }

    private LogEntry original(long seq) {
        LogEntry entry = messages.message(seq)
                .orElseThrow(() -> new ProblemException(
                        ProblemCode.MESSAGE_NOT_FOUND,
                        "there is no message " + seq + "; the newest that this node knows is " + messages.commit()));
        Reference reference = entry.body().reference();
        if (reference != null && reference.kind().isChange()) {
            throw new ProblemException(
                    ProblemCode.NOT_A_MESSAGE,
                    "message " + seq + " is itself the " + reference.kind().field() + " of message " + reference.seq()
                            + "; ask for the changes of that one");
        }
        return entry;
    }
}
