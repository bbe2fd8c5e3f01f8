package dev.concord.client;

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads committed messages of one node, from one seq to another, as a stream of lines. A stream that the node ends
/// early is continued behind the last message.
public final class History implements AutoCloseable {
    private static final String NDJSON = "application/x-ndjson";
    static final Duration SILENCE = Duration.ofSeconds(30);

    private final NodeApi node;
    private final @Nullable String room;
    private final long upTo;
    private long last;
    private NodeApi.@Nullable Response response;
    private @Nullable Lines lines;
    private boolean anyLine;

    /// @param after the first message is the one behind this seq
    /// @param upTo the last message is the one with this seq (or before it, with a room)
    public History(NodeApi node, @Nullable String room, long after, long upTo) {
        this.node = node;
        this.room = room;
        this.upTo = upTo;
        this.last = after;
    }

    /// The seq up to which everything was handed out.
    public long last() {
        return last;
    }

    /// The next message, or null when all have been read.
    ///
    /// @throws ProblemException if the node refuses
    /// @throws BadAnswerException if the node leaves out a message
    public @Nullable Message next() throws IOException, ProblemException {
        while (last < upTo) {
            Lines open = lines == null ? open() : lines;
            byte[] line = open.next();
            if (line == null) {
                finish();
                if (!anyLine) {
                    return end();
                }
                continue;
            }
            if (line.length == 0) {
                continue;
            }
            anyLine = true;
            Message message = Message.parse(line);
            if (message.seq() > upTo) {
                return end();
            }
            if (room == null ? message.seq() != last + 1 : message.seq() <= last) {
                throw new BadAnswerException(node.url() + " gave message " + message.seq() + " behind " + last);
            }
            last = message.seq();
            return message;
        }
        return null;
    }

    private @Nullable Message end() throws BadAnswerException {
        if (room == null) {
            throw new BadAnswerException(node.url() + " has no message " + (last + 1));
        }
        last = upTo;
        return null;
    }

    private Lines open() throws IOException, ProblemException {
        Map<String, String> query = new LinkedHashMap<>();
        query.put("after", Long.toString(last));
        query.put("before", Long.toString(upTo + 1));
        query.put("room", room == null ? "" : room);
        NodeApi.Response opened = node.get(NodeApi.path("/api/messages", query), NDJSON, SILENCE);
        response = opened;
        if (!opened.isOk()) {
            Problem problem = opened.problem();
            if (problem.retryable()) {
                throw new IOException(problem.toString());
            }
            throw new ProblemException(problem);
        }
        anyLine = false;
        Lines fresh = new Lines(opened.body());
        lines = fresh;
        return fresh;
    }

    private void finish() {
        if (response != null) {
            response.completed();
        }
        response = null;
        lines = null;
    }

    @Override
    public void close() {
        if (response != null) {
            response.close();
        }
    }
}
