package dev.concord.client;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/// The nodes a client knows, one of them the current one. When that fails the client turns to the next, and rests after
/// each full round, longer each time.
final class NodeRing {
    static final long FIRST_REST_MS = 50;
    static final long LONGEST_REST_MS = 2_000;

    private final List<NodeApi> nodes;
    private int current;
    private int failures;
    private long restMs = FIRST_REST_MS;

    NodeRing(List<NodeApi> nodes) {
        if (nodes.isEmpty()) {
            throw new IllegalArgumentException("no nodes");
        }
        this.nodes = new ArrayList<>(nodes);
    }

    synchronized NodeApi current() {
        return nodes.get(current);
    }

    /// A further node of the cluster, if it is new.
    synchronized void add(NodeApi node) {
        if (nodes.stream().noneMatch(known -> known.url().equals(node.url()))) {
            nodes.add(node);
        }
    }

    synchronized int size() {
        return nodes.size();
    }

    /// All nodes, the current one first.
    synchronized List<NodeApi> fromCurrent() {
        List<NodeApi> all = new ArrayList<>(nodes.subList(current, nodes.size()));
        all.addAll(nodes.subList(0, current));
        return all;
    }

    /// Failures in a row.
    int failures() {
        return failures;
    }

    /// The current node did its work.
    void worked() {
        failures = 0;
        restMs = FIRST_REST_MS;
    }

    /// The current node failed: on to the next, after a rest if all have failed by now.
    void next() {
        if (turn()) {
            LockSupport.parkNanos(this, longerRestMs() * 1_000_000);
        }
    }

    /// How long to rest now; the next time it is longer.
    long longerRestMs() {
        long now = restMs;
        restMs = Math.min(LONGEST_REST_MS, restMs * 2);
        return now;
    }

    /// @return whether all nodes have failed by now
    private synchronized boolean turn() {
        failures++;
        current = (current + 1) % nodes.size();
        return failures % nodes.size() == 0;
    }
}
