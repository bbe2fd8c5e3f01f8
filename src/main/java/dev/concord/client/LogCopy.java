package dev.concord.client;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/// Copies the committed log, line by line as it stands in the files, up to a commit point that is fixed at the start;
/// goes on with another node where one failed. What a line means is the business of whoever takes it.
public final class LogCopy {
    private static final Duration HEAD = Duration.ofSeconds(10);
    private static final Duration SILENCE = Duration.ofSeconds(30);

    private final NodeRing ring;
    private final Duration patience;
    private final Head head;

    private LogCopy(NodeRing ring, Head head, Duration patience) {
        this.ring = ring;
        this.head = head;
        this.patience = patience;
    }

    /// @param index of the last entry
    /// @param confirmed whether a majority stands behind it; else it is what one node knows
    public record Head(String cluster, long index, boolean confirmed) {}

    /// Takes one line after the other; an exception of its own ends the copying.
    @FunctionalInterface
    public interface Sink {
        /// @param node who gave the line
        void line(byte[] line, String node) throws IOException;
    }

    /// Asks the nodes in turn how far the log reaches.
    ///
    /// @param patience how long to go on trying without any progress
    /// @throws IOException if no node can be reached
    public static LogCopy open(List<NodeApi> nodes, Duration patience) throws IOException, ProblemException {
        NodeRing ring = new NodeRing(nodes);
        while (true) {
            try {
                Head head = head(ring.current());
                ring.worked();
                return new LogCopy(ring, head, patience);
            } catch (IOException e) {
                if (ring.failures() >= ring.size() - 1) {
                    throw e;
                }
                ring.next();
            }
        }
    }

    private static Head head(NodeApi node) throws IOException, ProblemException {
        try (NodeApi.Response response = node.get("/api/log/head", "application/json", HEAD)) {
            refuse(response);
            Map<String, @Nullable Object> fields = Json.object(response.readAll());
            return new Head(
                    Json.text(fields, "clusterId"), Json.number(fields, "index", 0), Json.isTrue(fields, "confirmed"));
        } catch (JacksonException e) {
            throw new BadAnswerException(node.url() + " gave no answer of a Concord node");
        }
    }

    public Head head() {
        return head;
    }

    /// What the log of the node that answers begins behind, as a line of JSON; empty for a log from its first entry on.
    ///
    /// @throws IOException if no node can be reached
    public byte[] snapshot() throws IOException, ProblemException {
        for (int tries = 1; ; tries++) {
            try (NodeApi.Response response = ring.current().get("/api/log/snapshot", "application/json", HEAD)) {
                refuse(response);
                return response.readAll();
            } catch (IOException e) {
                if (tries >= ring.size()) {
                    throw e;
                }
                ring.next();
            }
        }
    }

    /// Reads everything behind the entry `after`.
    ///
    /// @throws IOException if no node gives the rest; names the last entry that was read
    public void readAll(long after, Sink sink) throws IOException, ProblemException {
        long deadline = System.nanoTime() + patience.toNanos();
        long last = after;
        while (last < head.index) {
            Stretch stretch = new Stretch(ring.current(), last);
            String failure = stretch.read(sink, head.index);
            long now = System.nanoTime();
            if (stretch.last > last) {
                ring.worked();
                deadline = now + patience.toNanos();
            } else if (now > deadline) {
                throw new IOException(
                        "the log could be read up to entry " + last + " of " + head.index + ": " + failure);
            }
            last = stretch.last;
            if (last < head.index) {
                ring.next();
            }
        }
    }

    private static void refuse(NodeApi.Response response) throws IOException, ProblemException {
        if (!response.isOk()) {
            Problem problem = response.problem();
            if (problem.retryable()) {
                throw new IOException(problem.toString());
            }
            throw new ProblemException(problem);
        }
    }

    /// What one node gives.
    private static final class Stretch {
        private final NodeApi node;
        private long last;

        Stretch(NodeApi node, long after) {
            this.node = node;
            this.last = after;
        }

        /// Reads until the end, or until the node fails; returns why it ended. The sink's own failures go through.
        String read(Sink sink, long upTo) throws IOException, ProblemException {
            String path = "/api/log?from=" + (last + 1) + "&to=" + upTo;
            NodeApi.Response response;
            try {
                response = node.get(path, "application/x-ndjson", SILENCE);
                refuse(response);
            } catch (ProblemException e) {
                if (e.problem().status() == Problem.GONE) { // another node may have kept more of its log
                    return node.url() + ": " + e.problem();
                }
                throw e;
            } catch (IOException e) {
                return node.url() + ": " + MessageSender.plain(e);
            }
            try (response) {
                Lines lines = new Lines(response.body());
                while (last < upTo) {
                    byte[] line;
                    try {
                        line = lines.next();
                    } catch (IOException e) {
                        return node.url() + ": " + MessageSender.plain(e);
                    }
                    if (line == null) {
                        return node.url() + ": its answer ended behind entry " + last;
                    }
                    sink.line(line, node.url());
                    last++;
                }
                return "";
            }
        }
    }
}
