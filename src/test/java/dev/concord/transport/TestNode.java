package dev.concord.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.node.Event;
import dev.concord.node.SeedNode;
import dev.concord.protocol.Address;
import dev.concord.protocol.BootId;
import dev.concord.protocol.ClusterId;
import dev.concord.protocol.Hello;
import dev.concord.protocol.Levels;
import dev.concord.protocol.LogPosition;
import dev.concord.protocol.Member;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.Peer;
import dev.concord.protocol.PeerMessage;
import dev.concord.protocol.Refusal;
import dev.concord.protocol.StoreId;
import dev.concord.protocol.Term;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// Real peer links on a free loopback port, and a node above them that writes down all events and judges every HELLO
/// by a rule that can be changed.
final class TestNode implements AutoCloseable {
    static final byte[] SECRET = "a secret of the whole cluster".getBytes(StandardCharsets.UTF_8);
    static final ClusterId CLUSTER = new ClusterId(new UUID(1, 1));
    static final Duration PATIENCE = Duration.ofSeconds(10);

    final TcpPeerLinks links;
    final Hello hello;
    private final List<Event> events = new ArrayList<>();
    private volatile Function<Hello, @Nullable Refusal> verdict = hello -> null;
    private volatile boolean answers = true;
    private volatile Predicate<PeerMessage> slow = message -> false;

    private TestNode(Builder builder) {
        links = new TcpPeerLinks(
                new TransportSettings(
                        new Address("127.0.0.1", builder.port),
                        Optional.ofNullable(builder.secret),
                        Optional.ofNullable(builder.tls),
                        builder.fdTimeout,
                        Duration.ofMillis(100)),
                builder.handshakeTimeout);
        Hello[] self = new Hello[1];
        links.start(() -> self[0], this::happened);
        Peer peer =
                new Peer(builder.member, new Address("127.0.0.1", links.port()), "http://node-" + builder.member.id());
        hello = new Hello(
                Levels.FIRST,
                builder.cluster,
                peer,
                new BootId(UUID.randomUUID()),
                new Term(3),
                new LogPosition(new Term(2), 17),
                false,
                1);
        self[0] = hello;
    }

    static Builder node(int id) {
        return new Builder(id);
    }

    static final class Builder {
        private Member member;
        private int port;
        private byte @Nullable [] secret = SECRET;
        private @Nullable Supplier<SSLContext> tls;
        private @Nullable ClusterId cluster = CLUSTER;
        private Duration fdTimeout = Duration.ofMillis(1500);
        private Duration handshakeTimeout = TransportLimits.HANDSHAKE_TIMEOUT;

        private Builder(int id) {
            member = new Member(new NodeId(id), new StoreId(new UUID(0, id)));
        }

        Builder port(int value) {
            port = value;
            return this;
        }

        Builder secret(byte @Nullable [] value) {
            secret = value;
            return this;
        }

        Builder tls(Supplier<SSLContext> value) {
            tls = value;
            return this;
        }

        Builder cluster(@Nullable ClusterId value) {
            cluster = value;
            return this;
        }

        Builder fdTimeout(Duration value) {
            fdTimeout = value;
            return this;
        }

        Builder handshakeTimeout(Duration value) {
            handshakeTimeout = value;
            return this;
        }

        TestNode start() {
            return new TestNode(this);
        }
    }

    private void happened(Event event) {
        while (event instanceof Event.Received received && slow.test(received.message())) {
            LockSupport.parkNanos(1_000_000);
        }
        synchronized (events) {
            events.add(event);
        }
        if (event instanceof Event.HelloReceived asked && answers) {
            links.answerHello(asked.helloId(), verdict.apply(asked.hello()));
        }
    }

    TestNode judging(Function<Hello, @Nullable Refusal> rule) {
        verdict = rule;
        return this;
    }

    /// The thread of a link waits with each of these messages, until another rule lets it go on.
    void takeTimeFor(Predicate<PeerMessage> messages) {
        slow = messages;
    }

    TestNode notAnswering() {
        answers = false;
        return this;
    }

    NodeId id() {
        return hello.self().id();
    }

    Member member() {
        return hello.self().member();
    }

    Address address() {
        return hello.self().address();
    }

    void dial(TestNode... others) {
        links.keepLinks(
                List.of(others).stream().map(other -> other.hello.self()).toList(), List.of());
    }

    void dialSeed(int id, Address address) {
        links.keepLinks(List.of(), List.of(new SeedNode(new NodeId(id), address)));
    }

    void send(TestNode to, PeerMessage message) {
        links.send(to.id(), message);
        links.flush();
    }

    /// Both directions and both channels are open.
    static void connect(TestNode a, TestNode b) {
        a.dial(b);
        b.dial(a);
        a.await(Event.LinkOpened.class, e -> e.peer().boot().equals(b.hello.boot()));
        b.await(Event.LinkOpened.class, e -> e.peer().boot().equals(a.hello.boot()));
        await(
                "four links",
                () -> a.links.statistics().outboundLinks() == 2
                        && a.links.statistics().inboundLinks() == 2
                        && b.links.statistics().outboundLinks() == 2
                        && b.links.statistics().inboundLinks() == 2);
    }

    <E extends Event> E await(Class<E> kind) {
        return await(kind, e -> true);
    }

    <E extends Event> E await(Class<E> kind, Predicate<E> condition) {
        await(
                kind.getSimpleName() + " at node " + id() + ", which heard " + events(),
                () -> !seen(kind, condition).isEmpty());
        return seen(kind, condition).getFirst();
    }

    <E extends Event> List<E> seen(Class<E> kind) {
        return seen(kind, e -> true);
    }

    <E extends Event> List<E> seen(Class<E> kind, Predicate<E> condition) {
        return events().stream()
                .filter(kind::isInstance)
                .map(kind::cast)
                .filter(condition)
                .toList();
    }

    /// Sends one message of each type with chance contents, and checks that they arrive as they are.
    void sayEverythingTo(TestNode other) {
        long seed = System.nanoTime();
        RandomMessages random = new RandomMessages(seed);
        List<PeerMessage> sent =
                RandomMessages.types().stream().map(random::next).toList();

        sent.forEach(message -> links.send(other.id(), message));
        links.flush();

        await("all messages", () -> other.messagesFrom(this).size() == sent.size());
        assertThat(other.messagesFrom(this)).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(sent);
    }

    /// The messages received from a node, in order.
    List<PeerMessage> messagesFrom(TestNode from) {
        return seen(Event.Received.class, e -> e.from().equals(from.member())).stream()
                .map(Event.Received::message)
                .toList();
    }

    List<Event> events() {
        synchronized (events) {
            return List.copyOf(events);
        }
    }

    void forget() {
        synchronized (events) {
            events.clear();
        }
    }

    /// Waits for a condition, and fails when it takes too long.
    static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("waited in vain for " + what);
            }
            LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(200));
        }
    }

    @Override
    public void close() {
        links.close();
    }
}
