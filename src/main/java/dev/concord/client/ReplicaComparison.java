package dev.concord.client;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/// Reads the history of several nodes side by side and compares them message by message: the same bytes, no gap, no id
/// twice.
public final class ReplicaComparison {
    /// The cluster recognises a repeated id within this many messages by default; farther apart it may be a new
    /// message.
    static final int DEDUP_WINDOW = 200_000;
    /// How long a node that is behind gets to catch up.
    static final Duration CATCH_UP = Duration.ofSeconds(15);

    private static final long POLL_NANOS = 100_000_000;

    private final long upTo;
    private final List<NodeApi> nodes;

    /// @param upTo the last message to compare
    public ReplicaComparison(Collection<String> urls, long upTo) {
        this.nodes = urls.stream().map(NodeApi::new).toList();
        this.upTo = upTo;
    }

    /// What the comparison found.
    ///
    /// @param first the first message that all of them still have, where the comparison begins (C5)
    /// @param messages the last message that was compared
    /// @param compared URLs of the nodes whose whole history was read
    /// @param unread why a node could not be read, by URL
    /// @param difference the first difference; empty if there is none
    public record Outcome(
            long first, long messages, List<String> compared, Map<String, String> unread, String difference) {
        public Outcome {
            compared = List.copyOf(compared);
        }
    }

    /// @param progress told the number of messages compared, now and then
    public Outcome run(LongConsumer progress) {
        Map<String, String> unread = new LinkedHashMap<>();
        List<NodeApi> read = new ArrayList<>();
        long earliest = 1;
        for (NodeApi node : nodes) {
            try {
                earliest = Math.max(earliest, awaitCommit(node).earliest());
                read.add(node);
            } catch (IOException e) {
                unread.put(node.url(), MessageSender.plain(e));
            }
        }
        long first = Math.min(earliest, upTo + 1);
        List<Replica> replicas = read.stream()
                .map(node -> new Replica(node.url(), new History(node, null, first - 1, upTo)))
                .toList();
        String difference = "";
        try {
            difference = compare(first, replicas, unread, progress);
        } finally {
            replicas.forEach(replica -> replica.history.close());
        }
        List<String> compared = replicas.stream()
                .map(replica -> replica.url)
                .filter(url -> !unread.containsKey(url))
                .toList();
        return new Outcome(first, upTo, compared, unread, difference);
    }

    private ClusterView awaitCommit(NodeApi node) throws IOException {
        long deadline = System.nanoTime() + CATCH_UP.toNanos();
        ClusterView view = node.cluster(ClusterSurvey.TIMEOUT);
        while (view.commit() < upTo) {
            if (System.nanoTime() > deadline) {
                throw new IOException("it has " + view.commit() + " of " + upTo + " messages");
            }
            LockSupport.parkNanos(this, POLL_NANOS);
            view = node.cluster(ClusterSurvey.TIMEOUT);
        }
        return view;
    }

    /// @return the first difference, or an empty text
    private String compare(long from, List<Replica> replicas, Map<String, String> unread, LongConsumer progress) {
        RecentIds ids = new RecentIds();
        for (long seq = from; seq <= upTo; seq++) {
            Message first = null;
            String firstUrl = "";
            for (Replica replica : replicas) {
                Message message = unread.containsKey(replica.url) ? null : replica.read(seq, unread);
                if (!replica.fault.isEmpty()) {
                    return replica.fault;
                }
                if (message == null) {
                    continue;
                }
                if (first == null) {
                    first = message;
                    firstUrl = replica.url;
                } else if (!first.json().equals(message.json())) {
                    return "message " + seq + " differs: " + firstUrl + " has " + first.json() + ", " + replica.url
                            + " has " + message.json();
                }
            }
            if (first == null) {
                return "";
            }
            long earlier = ids.add(first);
            if (earlier > 0) {
                return "message " + seq + " has the id of message " + earlier + ": " + first.id();
            }
            progress.accept(seq);
        }
        return "";
    }

    /// One node's history while it is read.
    private static final class Replica {
        private final String url;
        private final History history;
        private String fault = "";

        Replica(String url, History history) {
            this.url = url;
            this.history = history;
        }

        /// The message with this seq; null if the node could not be read, or gave another message instead.
        @Nullable
        Message read(long seq, Map<String, String> unread) {
            try {
                Message message = history.next();
                if (message != null) {
                    return message;
                }
                fault = url + " has no message " + seq;
            } catch (BadAnswerException e) {
                fault = MessageSender.plain(e);
            } catch (IOException | ProblemException e) {
                unread.put(url, "reading ended behind message " + (seq - 1) + ": " + e.getMessage());
            }
            return null;
        }
    }

    /// The ids of the last messages, each with its seq. An id belongs to the one who sent it.
    private static final class RecentIds {
        private final Map<String, Long> ids = new LinkedHashMap<>() {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
                return size() > DEDUP_WINDOW;
            }
        };

        /// @return the seq of an earlier message with the same id, or 0
        long add(Message message) {
            Long earlier = ids.put(message.sender() + '\n' + message.id(), message.seq());
            return earlier == null ? 0 : earlier;
        }
    }
}
