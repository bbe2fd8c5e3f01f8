package dev.concord.cli.lab;

import dev.concord.cli.lab.LabView.LinkView;
import dev.concord.cli.lab.LabView.NodeView;
import dev.concord.cli.lab.NodeProcesses.State;
import dev.concord.client.NodeApi;
import dev.concord.client.NodeLab;
import dev.concord.client.ProblemException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/// Everything that a person may do to the cluster, and what is known of its elections.
///
/// **Lifecycle.** [#open] before the nodes start, since they listen behind its proxies; [#watch] once they run; at the
/// end
/// [#release], which makes the cluster well so that it can stop in peace, and [#close].
///
/// **Threads.** Any; orders are carried out one at a time.
public final class Lab implements AutoCloseable {
    /// As slow as a node lets its disk be made.
    static final int MAX_DISK_DELAY_MS = 10_000;

    private final NodeProcesses processes;
    private final Consumer<String> say;
    private final Network network;
    private final ProtocolView protocol = new ProtocolView();
    private final Changes changes = new Changes();
    private final Map<Integer, Long> diskDelays = new ConcurrentHashMap<>();
    private final Map<Integer, NodeProxy> proxies = new TreeMap<>();
    private final List<Thread> watchers = new ArrayList<>();
    private final LabServer server;

    /// Where a node is looked for, and where it listens.
    public record Ports(int node, int outside, int inside) {}

    private Lab(NodeProcesses processes, Consumer<String> say, int port) throws IOException {
        this.processes = processes;
        this.say = say;
        this.network = new Network(processes.ids());
        this.server = new LabServer(this, port);
    }

    /// Listens: for people at `port`, for nodes at their proxies.
    ///
    /// @param say prints what is done
    public static Lab open(NodeProcesses processes, int port, List<Ports> ports, Consumer<String> say)
            throws IOException {
        Lab lab = new Lab(processes, say, port);
        try {
            for (Ports of : ports) {
                lab.proxies.put(of.node(), new NodeProxy(lab.network, of.node(), of.outside(), of.inside()));
            }
        } catch (IOException e) {
            lab.close();
            throw e;
        }
        lab.proxies.values().forEach(NodeProxy::start);
        lab.server.start();
        return lab;
    }

    /// Begins to read what the nodes say.
    public void watch() {
        for (int id : processes.ids()) {
            TraceReader reader = new TraceReader(id, processes.url(id), protocol, changes::signal);
            watchers.add(Thread.ofVirtual().name("lab-trace-" + id).start(reader::run));
        }
        watchers.add(Thread.ofVirtual().name("lab-watch").start(this::watchState));
    }

    private void watchState() {
        LabView last = view();
        try {
            while (true) {
                Thread.sleep(TraceReader.PAUSE);
                LabView now = view();
                if (!now.equals(last)) {
                    changes.signal();
                }
                last = now;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    List<String> nodeUrls() {
        return processes.ids().stream().map(processes::url).toList();
    }

    ProtocolView protocol() {
        return protocol;
    }

    Changes changes() {
        return changes;
    }

    LabView view() {
        List<NodeView> nodes = new ArrayList<>();
        for (int id : processes.ids()) {
            State state = processes.state(id);
            if (state == State.ENDED) {
                diskDelays.remove(id); // it is the node that is slow, and the next one is not
            }
            nodes.add(new NodeView(
                    id,
                    processes.url(id),
                    processes.pid(id),
                    LabView.word(state),
                    network.isIsolated(id),
                    diskDelays.getOrDefault(id, 0L)));
        }
        List<LinkView> links = network.pairs().stream()
                .map(pair -> {
                    Link link = network.link(pair.from(), pair.to());
                    return new LinkView(
                            pair.from(),
                            pair.to(),
                            LabView.word(link.cut()),
                            link.delay().toMillis(),
                            network.connections(pair.from(), pair.to()));
                })
                .toList();
        return new LabView(nodes, links);
    }

    /// Carries out what is ordered for one node.
    synchronized void order(int id, NodeOrder order) throws OrderRefusedException, IOException {
        State state = processes.state(id);
        switch (order) {
            case KILL -> {
                require(state != State.ENDED, "node " + id + " does not run");
                processes.kill(id);
            }
            case PAUSE -> {
                require(state == State.RUNNING, "node " + id + " is " + LabView.word(state));
                processes.pause(id);
            }
            case RESUME -> {
                require(state == State.PAUSED, "node " + id + " is " + LabView.word(state));
                processes.resume(id);
            }
            case START -> {
                require(state == State.ENDED, "node " + id + " is " + LabView.word(state));
                processes.start(id);
            }
            case CUT -> network.isolate(id, true);
            case HEAL -> network.isolate(id, false);
        }
        done(id, order.done());
    }

    synchronized void slowDisk(int id, long millis) throws OrderRefusedException {
        require(processes.state(id) == State.RUNNING, "node " + id + " does not run, and only itself can be slow");
        try {
            NodeLab.slowDisk(new NodeApi(processes.url(id)), millis);
        } catch (IOException | ProblemException e) {
            throw new OrderRefusedException(LabServer.CONFLICT, "node " + id + " did not take it: " + e.getMessage());
        }
        diskDelays.put(id, millis);
        done(id, millis == 0 ? "its disk is as fast as it is" : "each fsync takes " + millis + " ms longer");
    }

    synchronized void setLink(int from, int to, Cut cut, Duration delay) {
        network.set(from, to, cut, delay);
        String slow = delay.isZero() ? "" : ", " + delay.toMillis() + " ms slower";
        done(from, "link to node " + to + ": " + (cut == Cut.NONE ? "open" : LabView.word(cut)) + slow);
    }

    /// Makes everything well: links, disks, paused and dead nodes.
    synchronized void heal() throws IOException {
        mend();
        for (int id : processes.ids()) {
            if (processes.state(id) == State.ENDED) {
                processes.start(id);
            } else if (diskDelays.getOrDefault(id, 0L) > 0) {
                try {
                    slowDisk(id, 0);
                } catch (OrderRefusedException e) {
                    say.accept("lab: " + e.getMessage());
                }
            }
        }
        done(0, "all is made well");
    }

    private void mend() throws IOException {
        network.mend();
        for (int id : processes.ids()) {
            if (processes.state(id) == State.PAUSED) {
                processes.resume(id);
            }
        }
    }

    private void done(int node, String what) {
        protocol.note(node, what);
        say.accept("lab: " + (node == 0 ? "" : "node " + node + ": ") + what);
        changes.signal();
    }

    private static void require(boolean condition, String otherwise) throws OrderRefusedException {
        if (!condition) {
            throw new OrderRefusedException(LabServer.CONFLICT, otherwise);
        }
    }

    /// Takes no more orders; opens all links and lets paused nodes go on, so that they can end in good order.
    public synchronized void release() {
        server.close();
        watchers.forEach(Thread::interrupt);
        try {
            mend();
        } catch (IOException e) {
            say.accept("lab: a paused node could not be resumed: " + e.getMessage());
        }
    }

    @Override
    public void close() {
        server.close();
        for (NodeProxy proxy : proxies.values()) {
            try {
                proxy.close();
            } catch (IOException ignored) {
                // The process ends now, and its sockets with it.
            }
        }
        network.close();
    }
}
