package dev.concord.client;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One connection to the live stream of a node: server-sent events, one message each.
final class EventStream implements AutoCloseable {
    private static final byte[] DATA = "data:".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] EVENT = "event:".getBytes(StandardCharsets.US_ASCII);

    private final NodeApi.Response response;
    private final Lines lines;

    private EventStream(NodeApi.Response response, Lines lines) {
        this.response = response;
        this.lines = lines;
    }

    /// @throws ProblemException if the node refuses for good
    static EventStream open(NodeApi node, @Nullable String room, long after) throws IOException, ProblemException {
        Map<String, String> query = new LinkedHashMap<>();
        query.put("after", Long.toString(after));
        query.put("room", room == null ? "" : room);
        NodeApi.Response response =
                node.get(NodeApi.path("/api/messages/stream", query), "text/event-stream", MessageTail.SILENCE);
        if (response.isOk()) {
            return new EventStream(response, new Lines(response.body()));
        }
        Problem problem = response.problem();
        response.close();
        if (problem.retryable()) {
            throw new IOException(problem.toString());
        }
        throw new ProblemException(problem);
    }

    /// The next message, or null at the end of the stream. Waits for it.
    @Nullable
    Message next() throws IOException {
        byte @Nullable [] data = null;
        boolean isMessage = true;
        for (byte[] line = lines.next(); line != null; line = lines.next()) {
            if (line.length == 0) {
                if (data != null && isMessage) {
                    return Message.parse(data);
                }
                data = null;
                isMessage = true;
            } else if (startsWith(line, DATA)) {
                data = value(line, DATA); // a message is one line of JSON
            } else if (startsWith(line, EVENT)) {
                isMessage = "message".equals(new String(value(line, EVENT), StandardCharsets.UTF_8));
            }
        }
        return null;
    }

    private static boolean startsWith(byte[] line, byte[] name) {
        return line.length >= name.length && Arrays.mismatch(line, 0, name.length, name, 0, name.length) < 0;
    }

    private static byte[] value(byte[] line, byte[] name) {
        int from = line.length > name.length && line[name.length] == ' ' ? name.length + 1 : name.length;
        return Arrays.copyOfRange(line, from, line.length);
    }

    @Override
    public void close() {
        response.close();
    }
}
