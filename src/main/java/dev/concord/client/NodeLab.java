package dev.concord.client;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/// What a node in a lab offers to the lab (`/api/lab`).
public final class NodeLab {
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final String JSON = "application/json";

    private NodeLab() {}

    /// @param run another one has numbers of its own
    /// @param last the newest number
    public record Trace(String run, long last, List<TracedMessage> messages) {
        public Trace {
            messages = List.copyOf(messages);
        }
    }

    /// A message of an election, as one node sent or received it.
    ///
    /// @param at when, with microseconds
    /// @param peer the node at the other end
    /// @param details what else it said
    public record TracedMessage(
            long number,
            String at,
            boolean sent,
            int peer,
            String type,
            long term,
            Map<String, @Nullable Object> details) {}

    /// The messages behind this number.
    public static Trace protocol(NodeApi node, long after) throws IOException {
        try (NodeApi.Response response = node.get("/api/lab/protocol?after=" + after, JSON, PATIENCE)) {
            if (!response.isOk()) {
                throw new BadAnswerException(node.url() + " answered " + response.problem());
            }
            return trace(Json.object(response.readAll()));
        } catch (JacksonException e) {
            throw new BadAnswerException("this is no answer of a Concord node");
        }
    }

    /// Has the node take this much longer for each fsync.
    public static void slowDisk(NodeApi node, long millis) throws IOException, ProblemException {
        try (NodeApi.Response response = node.put("/api/lab/sync-delay/" + millis, JSON, PATIENCE)) {
            if (!response.isOk()) {
                throw new ProblemException(response.problem());
            }
            response.readAll();
        }
    }

    private static Trace trace(Map<String, @Nullable Object> fields) {
        List<TracedMessage> messages = new ArrayList<>();
        if (fields.get("messages") instanceof List<?> list) {
            for (Object message : list) {
                if (message instanceof Map<?, ?> map) {
                    messages.add(message(Json.fields(map)));
                }
            }
        }
        return new Trace(Json.text(fields, "run"), Json.number(fields, "last", 0), messages);
    }

    private static TracedMessage message(Map<String, @Nullable Object> fields) {
        return new TracedMessage(
                Json.number(fields, "no", 0),
                Json.text(fields, "at"),
                Json.text(fields, "way").equals("sent"),
                (int) Json.number(fields, "peer", 0),
                Json.text(fields, "type"),
                Json.number(fields, "term", 0),
                fields.get("details") instanceof Map<?, ?> details ? Json.fields(details) : Map.of());
    }
}
