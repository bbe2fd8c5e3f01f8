package dev.concord.transport;

import dev.concord.node.Event;
import dev.concord.protocol.Address;
import dev.concord.protocol.BootId;
import dev.concord.protocol.ChainHash;
import dev.concord.protocol.ChatBody;
import dev.concord.protocol.Hello;
import dev.concord.protocol.Levels;
import dev.concord.protocol.LogEntry;
import dev.concord.protocol.LogPosition;
import dev.concord.protocol.Member;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.Peer;
import dev.concord.protocol.PeerMessage;
import dev.concord.protocol.PeerMessage.Election;
import dev.concord.protocol.PeerMessage.ElectionReason;
import dev.concord.protocol.PeerMessage.SeqChat;
import dev.concord.protocol.StoreId;
import dev.concord.protocol.Term;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/// Prints how fast two nodes in one process talk over loopback; run by hand, asserts nothing. An argument `secret`
/// switches authentication on.
final class PeerLinkSpeed {
    private static final Term TERM = new Term(1);
    private static final int ENTRIES = 100;
    private static final int WINDOW = 64;
    private static final int PAGES = 20_000;
    private static final int PINGS = 20_000;

    private PeerLinkSpeed() {}

    public static void main(String[] arguments) throws Exception {
        Optional<byte[]> secret =
                List.of(arguments).contains("secret") ? Optional.of(TestNode.SECRET) : Optional.empty();
        for (int round = 0; round < 3; round++) {
            pages(secret);
            pings(secret);
        }
    }

    private static void pages(Optional<byte[]> secret) throws Exception {
        AtomicLong received = new AtomicLong();
        CountDownLatch opened = new CountDownLatch(1);
        try (End one = new End(1, secret);
                End two = new End(2, secret)) {
            one.start(event -> {
                if (event instanceof Event.LinkOpened) {
                    opened.countDown();
                }
            });
            two.start(event -> {
                if (event instanceof Event.Received) {
                    received.incrementAndGet();
                }
            });
            one.links.keepLinks(List.of(two.peer()), List.of());
            opened.await();
            SeqChat page = page();
            long cpu = cpuNanos();
            long start = System.nanoTime();
            for (int sent = 0; sent < PAGES; sent++) {
                while (sent - received.get() >= WINDOW) {
                    LockSupport.parkNanos(10_000);
                }
                one.links.send(two.id, page);
                one.links.flush();
            }
            while (received.get() < PAGES) {
                LockSupport.parkNanos(10_000);
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            double entries = (double) PAGES * ENTRIES;
            System.out.printf(
                    Locale.ROOT,
                    "SEQ_CHAT of %d entries of %d bytes: %,.0f messages/s, %,.0f entries/s, %,.0f MB/s, %.2f us CPU an entry,"
                            + " %.1f messages a frame%n",
                    ENTRIES,
                    page.entries().getFirst().sizeInBytes(),
                    PAGES / seconds,
                    entries / seconds,
                    one.links.statistics().bytesOut() / seconds / 1e6,
                    (cpuNanos() - cpu) / 1e3 / entries,
                    (double) PAGES / one.links.statistics().framesOut());
        }
    }

    private static void pings(Optional<byte[]> secret) throws Exception {
        try (End one = new End(1, secret);
                End two = new End(2, secret)) {
            CountDownLatch opened = new CountDownLatch(2);
            AtomicLong answered = new AtomicLong(-1);
            Thread pinger = Thread.currentThread();
            one.start(event -> {
                if (event instanceof Event.LinkOpened) {
                    opened.countDown();
                } else if (event instanceof Event.Received(Member from, var _, Election pong)) {
                    answered.set(pong.round());
                    LockSupport.unpark(pinger);
                }
            });
            two.start(event -> {
                if (event instanceof Event.LinkOpened) {
                    opened.countDown();
                } else if (event instanceof Event.Received(Member from, var _, PeerMessage ping)) {
                    two.links.send(from.id(), ping);
                    two.links.flush();
                }
            });
            one.links.keepLinks(List.of(two.peer()), List.of());
            two.links.keepLinks(List.of(one.peer()), List.of());
            opened.await();
            long[] nanos = new long[PINGS];
            long cpu = cpuNanos();
            for (int i = 0; i < PINGS; i++) {
                long start = System.nanoTime();
                one.links.send(two.id, new Election(TERM, i, ElectionReason.SUSPECT));
                one.links.flush();
                while (answered.get() < i) {
                    LockSupport.park();
                }
                nanos[i] = System.nanoTime() - start;
            }
            Arrays.sort(nanos);
            System.out.printf(
                    Locale.ROOT,
                    "round trip of a control message: p50 %d us, p99 %d us, %.1f us CPU%n",
                    nanos[PINGS / 2] / 1000,
                    nanos[PINGS * 99 / 100] / 1000,
                    (cpuNanos() - cpu) / 1e3 / PINGS);
        }
    }

    private static SeqChat page() {
        ChatBody body = ChatBody.of(new UUID(1, 1).toString(), "", "general", "ada", "x".repeat(51));
        List<LogEntry> entries = new ArrayList<>();
        ChainHash hash = ChainHash.ZERO;
        for (int i = 1; i <= ENTRIES; i++) {
            LogEntry entry = LogEntry.chat(new LogPosition(TERM, 100_000 + i), 100_000 + i, 0, body, hash);
            hash = entry.hash();
            entries.add(entry);
        }
        return new SeqChat(TERM, new NodeId(1), 0, Term.ZERO, ChainHash.ZERO, 0, entries);
    }

    private static long cpuNanos() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }

    private static final class End implements AutoCloseable {
        private final NodeId id;
        private final TcpPeerLinks links;
        private final BootId boot = new BootId(UUID.randomUUID());

        private End(int id, Optional<byte[]> secret) {
            this.id = new NodeId(id);
            links = new TcpPeerLinks(new TransportSettings(
                    new Address("127.0.0.1", 0), secret, Duration.ofSeconds(2), Duration.ofMillis(100)));
        }

        private void start(Consumer<Event> listener) {
            links.start(this::hello, event -> {
                if (event instanceof Event.HelloReceived asked) {
                    links.answerHello(asked.helloId(), null);
                } else {
                    listener.accept(event);
                }
            });
        }

        private Peer peer() {
            return new Peer(
                    new Member(id, new StoreId(new UUID(0, id.value()))),
                    new Address("127.0.0.1", links.port()),
                    "http://localhost");
        }

        private Hello hello() {
            return new Hello(Levels.FIRST, null, peer(), boot, TERM, LogPosition.ZERO, false, 1);
        }

        @Override
        public void close() {
            links.close();
        }
    }
}
