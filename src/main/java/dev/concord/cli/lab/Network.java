package dev.concord.cli.lab;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/// All links between the nodes, and who is cut off. Between the nodes of the cluster each direction is a [Link] of its
/// own. A node that joined from outside (its proxy is not here) has links that only the isolation of the other end
/// cuts.
///
/// **Threads.** Any.
final class Network {
    /// A longer delay than any timeout teaches nothing that a cut does not.
    static final Duration MAX_DELAY = Duration.ofSeconds(10);

    private final List<Integer> nodes;
    private final Map<Pair, Link> links = new TreeMap<>();
    private final Map<Integer, Link> fromOutside = new TreeMap<>();
    private final Set<Integer> isolated = ConcurrentHashMap.newKeySet();
    private final Set<ProxiedConnection> connections = ConcurrentHashMap.newKeySet();

    /// A direction.
    record Pair(int from, int to) implements Comparable<Pair> {
        @Override
        public int compareTo(Pair other) {
            return from == other.from ? Integer.compare(to, other.to) : Integer.compare(from, other.from);
        }
    }

    Network(List<Integer> nodes) {
        this.nodes = List.copyOf(nodes);
        for (int from : nodes) {
            fromOutside.put(from, new Link());
            for (int to : nodes) {
                if (from != to) {
                    links.put(new Pair(from, to), new Link());
                }
            }
        }
    }

    Set<Pair> pairs() {
        return links.keySet();
    }

    /// @throws IllegalArgumentException if there is no such link
    Link link(int from, int to) {
        Link link = links.get(new Pair(from, to));
        if (link == null) {
            throw new IllegalArgumentException("there is no link from node " + from + " to node " + to);
        }
        return link;
    }

    /// The link that a connection uses, also one of a node from outside.
    Link route(int from, int to) {
        Link link = links.get(new Pair(from, to));
        return link != null ? link : fromOutside.getOrDefault(nodes.contains(to) ? to : from, new Link());
    }

    /// Changes a link. Connections over a link that resets them end now.
    void set(int from, int to, Cut cut, Duration delay) {
        link(from, to).set(cut, delay);
        if (cut == Cut.RESET) {
            connections.stream().filter(c -> c.isDialledBy(from, to)).forEach(ProxiedConnection::reset);
        }
    }

    boolean isIsolated(int node) {
        return isolated.contains(node);
    }

    /// Cuts a node off from all others in silence, or lets it come back. Its links keep their own cuts.
    synchronized void isolate(int node, boolean wanted) {
        if (wanted) {
            isolated.add(node);
        } else {
            isolated.remove(node);
        }
        links.forEach((pair, link) -> link.setEndIsolated(isIsolated(pair.from()) || isIsolated(pair.to())));
        fromOutside.forEach((end, link) -> link.setEndIsolated(isIsolated(end)));
    }

    /// Everything is as if nobody had touched it.
    void mend() {
        new ArrayList<>(isolated).forEach(node -> isolate(node, false));
        links.values().forEach(link -> link.set(Cut.NONE, Duration.ZERO));
    }

    void opened(ProxiedConnection connection) {
        connections.add(connection);
    }

    void closed(ProxiedConnection connection) {
        connections.remove(connection);
    }

    /// Open connections that `from` has dialled to `to`: two when all is well, one for each channel (T2).
    long connections(int from, int to) {
        return connections.stream().filter(c -> c.isDialledBy(from, to)).count();
    }

    /// Ends all connections.
    void close() {
        connections.forEach(ProxiedConnection::reset);
    }
}
