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

/// The newest messages of one node.
///
/// @param commit number of committed messages when it was read
/// @param next the seq behind which live delivery continues this page
record Page(List<Message> messages, long commit, long next) {
    static final int MAX_MESSAGES = 1_000;
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    static Page newest(NodeApi node, @Nullable String room, int limit) throws IOException, ProblemException {
        Map<String, String> query = new LinkedHashMap<>();
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
        return new Page(messages, commit, Math.max(last, Json.number(fields, "next", commit)));
    }
}
