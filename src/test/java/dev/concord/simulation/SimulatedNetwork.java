package dev.concord.simulation;

import dev.concord.node.Event;
import dev.concord.node.SeedNode;
import dev.concord.protocol.Address;
import dev.concord.protocol.Channel;
import dev.concord.protocol.ClusterId;
import dev.concord.protocol.Hello;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.Peer;
import dev.concord.protocol.PeerMessage;
import dev.concord.protocol.Refusal;
import dev.concord.simulation.Link.Connection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// The network between the processes, with the faults a test can ask for by name: `partition(n1).from(n2, n3)`,
/// `cutOneWay(n1, n2)`, `reset(n1, n2)`, `heal()`.
///
/// Each node dials its own link to each peer (T2); messages flow on a link from its dialler to its acceptor, once a
/// handshake of these two boots is done (T3). Links either behave like TCP (order kept, late when packets are lost,
/// broken after a while, ends noticed), or each message is on its own: lost, repeated, overtaken, replayed long after.
final class SimulatedNetwork {
    private static final long HANDSHAKE_NANOS = 2_000_000_000L;
    private static final long MIN_BACKOFF_NANOS = 100_000_000L;
    static final long MAX_BACKOFF_NANOS = 2_000_000_000L;
    /// How much later a replayed message may come.
    private static final long REPLAY_NANOS = 5_000_000_000L;
    private static final long PROBE_NANOS = 100_000_000L;

    private final Simulation simulation;
    private final SplittableRandom random;
    private final Link[][] links;
    private final boolean[][] cut;
    private final boolean[] silentlyDead;
    private final Map<Long, Handshake> handshakes = new HashMap<>();
    private long lastHelloId;

    private record Handshake(Link link, int attempt, Hello dialler, int diallerBoots, int acceptorBoots) {}

    SimulatedNetwork(Simulation simulation, int slots, SplittableRandom random) {
        this.simulation = simulation;
        this.random = random;
        links = new Link[slots][slots];
        cut = new boolean[slots][slots];
        silentlyDead = new boolean[slots];
        for (int from = 0; from < slots; from++) {
            for (int to = 0; to < slots; to++) {
                links[from][to] = new Link(from, to);
            }
        }
    }

    // ---- faults ----

    /// Cuts everything between these nodes and those named next, in both directions.
    Separation partition(SimulatedProcess... nodes) {
        return others -> {
            for (SimulatedProcess a : nodes) {
                for (SimulatedProcess b : others) {
                    cutOneWay(a, b);
                    cutOneWay(b, a);
                }
            }
        };
    }

    /// The second half of a sentence that starts with [#partition].
    interface Separation {
        void from(SimulatedProcess... others);
    }

    /// Nothing gets from `from` to `to` any more; the other direction stays.
    void cutOneWay(SimulatedProcess from, SimulatedProcess to) {
        if (from != to && !cut[from.slot][to.slot]) {
            cut[from.slot][to.slot] = true;
            giveUpLater(links[from.slot][to.slot]);
            giveUpLater(links[to.slot][from.slot]);
        }
    }

    /// Every cut is mended.
    void heal() {
        for (int from = 0; from < links.length; from++) {
            for (int to = 0; to < links.length; to++) {
                mend(from, to);
            }
        }
    }

    /// The cuts between these two are mended.
    void heal(SimulatedProcess a, SimulatedProcess b) {
        mend(a.slot, b.slot);
        mend(b.slot, a.slot);
    }

    private void mend(int from, int to) {
        Link link = links[from][to];
        Connection connection = link.connection;
        boolean wasCut = cut[from][to];
        cut[from][to] = false;
        if (wasCut && connection != null && !connection.held.isEmpty()) {
            long resent = random.nextLong(500_000_000L);
            simulation.agenda().after(resent, () -> release(link, connection));
        }
    }

    private void release(Link link, Connection connection) {
        if (cut[link.from][link.to]) {
            return;
        }
        while (!connection.held.isEmpty()) {
            arriveInOrder(link, connection, connection.held.removeFirst(), simulation.nowNanos() + delay());
        }
    }

    /// The connection breaks although both nodes live; it is dialled anew at once.
    void reset(SimulatedProcess from, SimulatedProcess to) {
        breakLink(links[from.slot][to.slot]);
    }

    /// Whether nothing gets from one machine to the other.
    boolean isCut(int from, int to) {
        return cut[from][to];
    }

    private boolean isCut(Link link) {
        return cut[link.from][link.to] || cut[link.to][link.from];
    }

    /// A stalled TCP connection is given up after a while.
    private void giveUpLater(Link link) {
        Connection connection = link.connection;
        if (connection != null) {
            simulation.agenda().after(patience(), () -> {
                if (link.connection == connection && isCut(link)) {
                    breakLink(link);
                }
            });
        }
    }

    private long patience() {
        return 1_500_000_000L + random.nextLong(8_000_000_000L);
    }

    // ---- what processes order ----

    void keepLinks(SimulatedProcess dialler, List<Peer> peers, List<SeedNode> unknown) {
        boolean[] wanted = new boolean[links.length];
        peers.forEach(p -> want(dialler, p.id(), p.address(), wanted));
        unknown.forEach(s -> want(dialler, s.id(), s.address(), wanted));
        for (Link link : links[dialler.slot]) {
            if (link.wanted && !wanted[link.to]) {
                link.wanted = false;
                end(link);
            }
        }
    }

    private void want(SimulatedProcess dialler, NodeId id, Address address, boolean[] wanted) {
        Link link = links[dialler.slot][simulation.at(address).slot];
        wanted[link.to] = true;
        link.knownAs = id;
        if (!link.wanted) {
            link.wanted = true;
            link.backoffNanos = MIN_BACKOFF_NANOS;
            dial(link);
        }
    }

    void send(SimulatedProcess from, NodeId to, PeerMessage message) {
        for (Link link : links[from.slot]) {
            if (link.wanted && to.equals(link.knownAs)) {
                if (link.connection != null) {
                    transmit(link, link.connection, message);
                }
                return;
            }
        }
    }

    void answered(SimulatedProcess acceptor, long helloId, @Nullable Refusal refusal) {
        Handshake handshake = handshakes.remove(helloId);
        if (handshake != null && !cut[acceptor.slot][handshake.link.from]) { // else the dialler's handshake times out
            Hello hello = acceptor.node().hello();
            simulation.agenda().after(delay(), () -> finish(handshake, hello, refusal));
        }
    }

    // ---- the life of a link ----

    private void dial(Link link) {
        SimulatedProcess dialler = simulation.process(link.from);
        int attempt = ++link.attempt;
        if (!link.wanted || !dialler.isUp()) {
            return;
        }
        if (isCut(link) || silentlyDead[link.to]) {
            redial(link, attempt, HANDSHAKE_NANOS);
        } else if (!simulation.process(link.to).isUp()) {
            redial(link, attempt, delay());
        } else {
            Hello hello = dialler.node().hello();
            simulation.agenda().after(2 * delay(), () -> knock(link, attempt, hello));
            redial(link, attempt, HANDSHAKE_NANOS);
        }
    }

    /// Tries again later, unless this attempt has led to something meanwhile.
    private void redial(Link link, int attempt, long failsAfter) {
        long backoff = link.backoffNanos / 2 + random.nextLong(link.backoffNanos / 2 + 1);
        link.backoffNanos = Math.min(2 * link.backoffNanos, MAX_BACKOFF_NANOS);
        int boots = simulation.process(link.from).boots();
        simulation.agenda().after(failsAfter + backoff, () -> {
            boolean sameBoot = simulation.process(link.from).boots() == boots;
            if (link.attempt == attempt && link.connection == null && sameBoot) {
                dial(link);
            }
        });
    }

    private void knock(Link link, int attempt, Hello hello) {
        SimulatedProcess acceptor = simulation.process(link.to);
        if (link.attempt != attempt || !acceptor.isUp() || cut[link.from][link.to]) {
            return;
        }
        Handshake handshake = new Handshake(
                link, attempt, hello, simulation.process(link.from).boots(), acceptor.boots());
        ClusterId theirs = hello.clusterId();
        ClusterId ours = acceptor.node().hello().clusterId();
        if (theirs != null && ours != null && !theirs.equals(ours)) { // T4
            finish(handshake, hello, Refusal.FOREIGN_CLUSTER);
            return;
        }
        handshakes.put(++lastHelloId, handshake);
        acceptor.take(new Event.HelloReceived(lastHelloId, hello));
    }

    private void finish(Handshake handshake, Hello acceptorsHello, @Nullable Refusal refusal) {
        Link link = handshake.link;
        SimulatedProcess dialler = simulation.process(link.from);
        if (link.attempt != handshake.attempt || !dialler.isUp() || dialler.boots() != handshake.diallerBoots) {
            return;
        }
        if (refusal != null) {
            simulation.counters().count("refused " + refusal);
            dialler.take(new Event.LinkRefused(link.knownAs, refusal)); // redial() has been planned
            return;
        }
        SimulatedProcess acceptor = simulation.process(link.to);
        if (acceptor.isUp() && acceptor.boots() == handshake.acceptorBoots && link.connection == null) {
            link.connection =
                    new Connection(handshake.dialler, acceptorsHello, handshake.diallerBoots, handshake.acceptorBoots);
            dialler.take(new Event.LinkOpened(acceptorsHello));
        }
    }

    /// The connection ends for its dialler, who tries at once to get it back (F4).
    private void breakLink(Link link) {
        if (link.connection == null) {
            return;
        }
        simulation.counters().count("link broken");
        end(link);
        SimulatedProcess dialler = simulation.process(link.from);
        SimulatedProcess acceptor = simulation.process(link.to);
        if (!dialler.isUp() || !link.wanted) {
            return;
        }
        boolean unanswered = isCut(link) || silentlyDead[link.to] || acceptor.isPaused();
        if (unanswered || !acceptor.isUp()) {
            int boots = dialler.boots();
            simulation.agenda().after(unanswered ? PROBE_NANOS : 2 * delay(), () -> {
                if (dialler.boots() == boots && link.connection == null) {
                    dialler.take(new Event.PeerUnreachable(link.knownAs));
                }
            });
        }
        link.backoffNanos = MIN_BACKOFF_NANOS;
        dial(link);
    }

    private void end(Link link) {
        link.attempt++;
        Connection ended = link.connection;
        if (ended == null) {
            return;
        }
        ended.broken = true;
        link.connection = null;
        Connection reverse = links[link.to][link.from].connection;
        if (reverse == null || !ended.joinsSameBootsAs(reverse)) {
            long notice = isCut(link) ? patience() : delay();
            tellEnd(link, ended, link.from, ended.diallerBoots, delay(), ended.endAtDialler());
            tellEnd(link, ended, link.to, ended.acceptorBoots, notice, ended.endAtAcceptor());
        }
    }

    /// Says that two boots have no connection left, unless they have one again by then.
    private void tellEnd(Link link, Connection ended, int to, int boots, long afterNanos, Event.LinksClosed event) {
        simulation.agenda().after(afterNanos, () -> {
            Connection same = link.connection;
            Connection reverse = links[link.to][link.from].connection;
            boolean again =
                    same != null && same.diallerBoots == ended.diallerBoots && same.acceptorBoots == ended.acceptorBoots
                            || reverse != null && ended.joinsSameBootsAs(reverse);
            SimulatedProcess process = simulation.process(to);
            if (!again && process.boots() == boots) {
                process.take(event);
            }
        });
    }

    /// A process is there (again): who still holds a connection to its last boot learns that it is void.
    void started(SimulatedProcess process) {
        silentlyDead[process.slot] = false;
        for (Link[] peer : links) {
            Link link = peer[process.slot];
            Connection connection = link.connection;
            if (connection != null) {
                simulation.agenda().after(2 * delay(), () -> {
                    if (link.connection == connection) {
                        breakLink(link);
                    }
                });
            }
        }
    }

    /// A process is gone. Unless its machine lost power, the kernel says so to everybody who can hear it.
    void died(SimulatedProcess process, boolean silent) {
        silentlyDead[process.slot] = silent;
        for (int other = 0; other < links.length; other++) {
            Link outgoing = links[process.slot][other];
            Connection open = outgoing.connection; // what is under way on it still arrives
            outgoing.wanted = false;
            outgoing.connection = null;
            outgoing.attempt++;
            Link incoming = links[other][process.slot];
            Connection theirs = incoming.connection;
            boolean heard = !silent && !cut[process.slot][other];
            long notice = heard ? delay() : patience();
            if (open != null) {
                tellEnd(outgoing, open, other, open.acceptorBoots, notice, open.endAtAcceptor());
            }
            simulation.agenda().after(notice, () -> {
                if (theirs != null && incoming.connection == theirs) {
                    breakLink(incoming);
                }
            });
        }
    }

    // ---- messages ----

    private void transmit(Link link, Connection connection, PeerMessage message) {
        Conditions.Weather weather = simulation.weather();
        boolean lost = weather.lossPerMille() > 0 && random.nextInt(1000) < weather.lossPerMille();
        if (simulation.conditions().orderedLinks()) {
            if (cut[link.from][link.to] || !connection.held.isEmpty()) {
                if (connection.hold(message)) {
                    simulation.counters().saw(RuleCase.T6_OLDEST_DROPPED);
                }
            } else {
                long resent = lost ? 200_000_000L + random.nextLong(200_000_000L) : 0;
                arriveInOrder(link, connection, message, simulation.nowNanos() + delay() + resent);
            }
            return;
        }
        if (lost || cut[link.from][link.to]) {
            simulation.counters().count("message lost");
            return;
        }
        arrive(link, connection, message, simulation.nowNanos() + delay());
        if (weather.repeatPerMille() > 0 && random.nextInt(1000) < weather.repeatPerMille()) {
            simulation.counters().count("message repeated");
            arrive(link, connection, message, simulation.nowNanos() + delay());
        }
        if (weather.replayPerMille() > 0 && random.nextInt(1000) < weather.replayPerMille()) {
            simulation.counters().count("message replayed");
            arrive(link, connection, message, simulation.nowNanos() + random.nextLong(REPLAY_NANOS));
        }
    }

    private void arriveInOrder(Link link, Connection connection, PeerMessage message, long nanos) {
        int channel = message.channel() == Channel.CONTROL ? 0 : 1;
        connection.lastArrival[channel] = Math.max(connection.lastArrival[channel] + 1, nanos);
        arrive(link, connection, message, connection.lastArrival[channel]);
    }

    private void arrive(Link link, Connection connection, PeerMessage message, long nanos) {
        simulation.agenda().at(nanos, () -> {
            SimulatedProcess receiver = simulation.process(link.to);
            boolean connected = !connection.broken || !simulation.conditions().orderedLinks();
            if (connected && receiver.isUp() && receiver.boots() == connection.acceptorBoots) {
                receiver.take(new Event.Received(connection.sender(), connection.dialler.boot(), message));
            }
        });
    }

    private long delay() {
        Conditions.Weather weather = simulation.weather();
        long spread = weather.maxDelayNanos() - weather.minDelayNanos();
        return weather.minDelayNanos() + (spread == 0 ? 0 : random.nextLong(spread));
    }
}
