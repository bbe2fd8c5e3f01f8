package dev.concord.client;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/// A page of messages of one node, ascending.
///
/// @param commit number of committed messages when it was read
/// @param next the seq behind which live delivery continues this page
/// @param prev the seq before which the next older page ends; 0 if this page begins with the oldest message
public record Page(List<Message> messages, long commit, long next, long prev) {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    public Page {
        messages = List.copyOf(messages);
    }

    static Page newest(NodeApi node, @Nullable String room, int limit) throws IOException, ProblemException {
        return read(node, room, limit, 0);
    }

    /// The messages before this one, at most `limit`.
    static Page before(NodeApi node, @Nullable String room, int limit, long seq) throws IOException, ProblemException {
        return read(node, room, limit, seq);
    }

    private static Page read(NodeApi node, @Nullable String room, int limit, long before)
            throws IOException, ProblemException {
        Map<String, String> query = new LinkedHashMap<>();
        query.put("before", before == 0 ? "" : Long.toString(before));
        query.put("limit", Integer.toString(limit));
        query.put("room", room == null ? "" : room);
        try (NodeApi.Response response = node.get(NodeApi.path("/api/messages", query), "application/json", TIMEOUT)) {
            if (!response.isOk()) {
                Problem problem = response.problem();
                if (problem.retryable()) {
                    throw new IOException(problem.toString());
                }
                throw new ProblemException(problem);
            }
            return parse(response.readAll());
        }
    }

    private static Page parse(byte[] json) throws BadAnswerException {
        Map<String, @Nullable Object> fields;
        try {
            fields = Json.object(json);
        } catch (JacksonException e) {
            throw new BadAnswerException("this is no page of messages");
        }
        if (!(fields.get("messages") instanceof List<?> list)) {
            throw new BadAnswerException("this is no page of messages");
        }
        List<Message> messages = new ArrayList<>();
        for (Object message : list) {
            if (message instanceof Map<?, ?> map) {
                messages.add(Message.parse(Json.write(Json.fields(map)).getBytes(StandardCharsets.UTF_8)));
            }
        }
        long last = messages.isEmpty() ? 0 : messages.getLast().seq();
        long commit = Json.number(fields, "commit", last);
        return new Page(
                messages, commit, Math.max(last, Json.number(fields, "next", commit)), Json.number(fields, "prev", 0));
    }
}
